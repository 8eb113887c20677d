/** `spec.openclaw` of a tenant: what runs inside the gateway. */
import { freeObject, listOf, mapOf, object, oneOf, string } from '../schema/structural.ts';
import type { CelRule, StructuralSchema } from '../schema/structural.ts';
import { isFreeName } from './reserved-env.ts';

/** An OpenClaw version; without it the profile's. */
export function openclawVersion(description: string, preset?: string): StructuralSchema {
  return string(description, {
    pattern: 'openclawVersion',
    maxLength: 48,
    ...(preset === undefined ? {} : { default: preset }),
  });
}

/** An image reference, with tag or digest. */
export function imageReference(description: string, preset?: string): StructuralSchema {
  return string(description, {
    pattern: 'image',
    minLength: 1,
    maxLength: 512,
    ...(preset === undefined ? {} : { default: preset }),
  });
}

/** Rules for literal environment values: no secrets (they would lie in Git and etcd), nothing that changes what the process loads. */
export const envRules: readonly CelRule[] = [
  {
    rule: "self.all(name, name.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",
    message: 'a name is not one of an environment variable: write letters, digits and underscores, not a digit first',
  },
  {
    rule: "self.all(name, !name.upperAscii().matches('(KEY|TOKEN|SECRET|PASSWORD)$'))",
    message:
      'a name that ends in KEY, TOKEN, SECRET or PASSWORD looks like a secret: put the value in a Secret and name it under spec.credentials with env',
  },
  {
    rule: `self.all(name, ${isFreeName('name')})`,
    message:
      'a name changes what the gateway loads or is set by Cellwright: remove it (OPENCLAW_…, NODE_…, LD_…, PATH, HOME and the like)',
  },
];

/** Literal environment variables. */
export function literalEnv(description: string): StructuralSchema {
  return mapOf(description, string('Value, as it is.', { maxLength: 4096 }), { maxProperties: 64, rules: envRules });
}

/** npm packages in exact versions. */
export const npmPackages = (description: string, what: string): StructuralSchema =>
  listOf(
    description,
    object(
      `One ${what}.`,
      {
        name: string('Name of the npm package.', { pattern: 'npmPackage', minLength: 1, maxLength: 192 }),
        version: string('Exact version; ranges are refused so that every pod of a revision runs the same code.', {
          pattern: 'exactVersion',
          maxLength: 96,
        }),
      },
      { required: ['name', 'version'] },
    ),
    { maxItems: 32, keys: ['name'] },
  );

/** MCP servers. */
export const mcpServers = listOf(
  'MCP servers that the gateway may call, written to `mcp.servers` of its configuration.',
  object(
    'One MCP server.',
    {
      name: string('Name under which tools of this server appear.', {
        pattern: 'shortName',
        maxLength: 40,
      }),
      url: string('Address of a remote server. Name its address under spec.egress too when it is not public HTTPS.', {
        pattern: 'url',
        maxLength: 1024,
      }),
      transport: oneOf('Protocol of the remote server.', ['streamable-http', 'sse'], 'streamable-http'),
    },
    { required: ['name', 'url'] },
  ),
  { maxItems: 32, keys: ['name'] },
);

/** Seed files. */
export const workspace = listOf(
  'Files put into the workspace of the default agent when they are not there yet (for example `SOUL.md`); later edits by the agent stay.',
  object(
    'One seed file.',
    {
      path: string('Path below the workspace, with forward slashes, without `..`.', {
        pattern: 'workspacePath',
        minLength: 1,
        maxLength: 200,
      }),
      content: string('Text of the file, at most 64 KiB.', { maxLength: 65536 }),
    },
    { required: ['path', 'content'] },
  ),
  { maxItems: 16, keys: ['path'] },
);

/** The whole of `spec.openclaw`. */
export const openclaw = object('What runs inside the gateway.', {
  version: openclawVersion("OpenClaw version to run. Default: the profile's `openclaw.version`."),
  image: imageReference(
    "Gateway image, with a tag or (better) a digest. Default: the profile's repository with the version as tag.",
  ),
  config: freeObject(
    'Fragment of `openclaw.json`, merged over the profile’s defaults and under what Cellwright owns (gateway, plugins.entries of the guard, …). Checked against the configuration schema of the OpenClaw version.',
  ),
  env: literalEnv('Literal environment variables of the gateway. Secrets belong under spec.credentials.'),
  plugins: npmPackages('OpenClaw plugins installed at start, in exact versions.', 'plugin'),
  skills: npmPackages('Skills installed at start, in exact versions.', 'skill'),
  mcpServers,
  workspace,
});
