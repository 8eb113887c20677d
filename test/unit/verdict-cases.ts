/** A fleet, and objects that somebody adds to it, good and bad: the same for each place that judges. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Problem } from '../../constructs/api/problem.ts';

/** What somebody writes. */
export interface Written {
  readonly kind: 'GatewayProfile' | 'PolicyBundle' | 'TenantGateway';
  readonly name: string;
  readonly spec: object;
}

/** An object beside the fleet, and what every judge must say of it. */
export interface VerdictCase extends Omit<Written, 'name'> {
  /** Codes of the problems; none for an object that is accepted. */
  readonly problems: readonly string[];
  /** @default - none */
  readonly warnings?: readonly string[];
  /** What the words name. @default - nothing in particular */
  readonly says?: readonly string[];
  /** The API server refuses it by the CRD, before it asks anybody. @default false */
  readonly byDefinition?: boolean;
  /** Only opa knows. @default false */
  readonly byOpa?: boolean;
}

/** Name of the object that is added: after all others, as an object that comes last. */
export const newcomer = 'newcomer';

const acme = { organization: 'acme' };
const until = '2030-01-01T00:00:00Z';

/** Good as it is. */
export const fleet: readonly Written[] = [
  { kind: 'GatewayProfile', name: 'default', spec: {} },
  { kind: 'GatewayProfile', name: 'small', spec: { limits: { cpu: '1' } } },
  { kind: 'PolicyBundle', name: 'base', spec: { rules: { tools: { deny: ['exec', 'gateway'] } } } },
  {
    kind: 'PolicyBundle',
    name: 'models',
    spec: { scope: acme, rules: { models: { allow: ['anthropic/*'] } } },
  },
  {
    kind: 'TenantGateway',
    name: 'holder',
    spec: { ...acme, team: 'support', access: { ingress: { host: 'taken.example.com' } } },
  },
];

const tenant = (spec: object, ...problems: readonly string[]): VerdictCase => ({
  kind: 'TenantGateway',
  spec,
  problems,
});
const profile = (spec: object, ...problems: readonly string[]): VerdictCase => ({
  kind: 'GatewayProfile',
  spec,
  problems,
});
const bundle = (spec: object, ...problems: readonly string[]): VerdictCase => ({
  kind: 'PolicyBundle',
  spec: { scope: { ...acme, team: 'support' }, ...spec },
  problems,
});
const rego = (text: string, ...problems: readonly string[]): VerdictCase => ({
  ...bundle({ rego: text }, ...problems),
  byOpa: true,
});

/** Exponential where a program tries all ways through a pattern. */
const stars = '(a|aa|a?)+';
const nestedStars = stars.repeat(20_000);
const matches = (pattern: string): string => `regex.match("^${pattern}$", "${'a'.repeat(1000)}!")`;

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { agents: nested(levels - 1) };
}

/** By what is special about them. */
export const verdictCases: Readonly<Record<string, VerdictCase>> = {
  'a good tenant': tenant({
    ...acme,
    policy: { tools: { allow: ['read'] } },
    access: { ingress: { host: 'free.example.com' } },
    openclaw: { config: { agents: { defaults: { model: { primary: 'anthropic/claude-sonnet-5' } } } } },
  }),
  'a profile that is not there': tenant({ profile: 'smal' }, 'fleet.profile-missing'),
  'more than a ceiling': tenant({ profile: 'small', resources: { cpu: '2' } }, 'profile.limit'),
  'a host of another': tenant({ access: { ingress: { host: 'taken.example.com' } } }, 'fleet.host-twice'),
  'a rule of a tenant in vain': tenant({ policy: { tools: { allow: ['read', 'exec'] } } }, 'policy.widens'),
  'a key of openclaw.json that is ours': tenant(
    { openclaw: { config: { gateway: { port: 1, auth: { mode: 'none' } } } } },
    'config.owned-key',
    'config.owned-key',
  ),
  'servers of tools past the field that is the platform’s': tenant(
    { openclaw: { config: { mcp: { servers: { evil: { url: 'https://evil.example.com/mcp' } } } } } },
    'config.platform-key',
  ),
  'a configuration that is too deep': tenant({ openclaw: { config: nested(70) } }, 'config.too-large'),
  'a variable that decides what code runs': {
    ...tenant({ openclaw: { env: { NODE_OPTIONS: '--require=/tmp/x.js' } } }, 'schema.rule'),
    byDefinition: true,
  },
  'a profile whose defaults are above its ceiling': profile(
    { limits: { cpu: '1' }, defaults: { resources: { cpu: '2' } } },
    'profile.default-above-limit',
  ),
  'a bundle in vain, by two levels': {
    ...bundle(
      { rules: { tools: { allow: ['read', 'exec'] }, models: { allow: ['openai/*', 'anthropic/x'] } } },
      'policy.widens',
      'policy.widens',
    ),
    says: [
      'tools.allow[1]: nothing of "exec" can be allowed here: bundle base of the enterprise level',
      'models.allow[0]: nothing of "openai/*" can be allowed here: bundle models of the organization level',
    ],
  },
  'a bundle that closes addresses in a form that nothing matches': bundle(
    { rules: { egress: { deny: ['::ffff:0:0/96'] } } },
    'egress.mapped',
  ),
  'Rego that asks the network': {
    ...rego('deny contains "x" if {\n  http.send({"method": "get", "url": "http://example.com"})\n}', 'bundle.rego'),
    says: ['spec.rego: line 2, column 3: undefined function http.send'],
  },
  'Rego that reads of other bundles': rego(
    'deny contains "x" if {\n  data.cellwright_bundles.base.deny\n}',
    'bundle.rego-data',
  ),
  'Rego with a huge regex, and a mistake': {
    ...rego(`deny contains "x" if ${matches(nestedStars)}\n\ndeny contains "y" if unknown(input)`, 'bundle.rego'),
    says: ['spec.rego: line 3, column 22: undefined function unknown'],
  },
  'Rego with a regex that is slow elsewhere': rego(`deny contains "x" if ${matches(stars)}`),
  'a grant to a tenant that is not there': {
    ...bundle({ grants: [{ tenant: 'holdr', tool: 'exec', until, reason: 'x' }] }),
    warnings: ['fleet.grant-tenant'],
  },
  'a scope in which nobody is': {
    kind: 'PolicyBundle',
    spec: { scope: { ...acme, team: 'suport' }, rules: { tools: { deny: ['write'] } } },
    problems: [],
    warnings: ['fleet.scope-nobody'],
  },
};

/** A folder with the fleet and one more object, as Git holds it. */
export function folderWith({ kind, spec }: Pick<Written, 'kind' | 'spec'>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-verdicts-'));
  const folders = { GatewayProfile: 'profiles', PolicyBundle: 'bundles', TenantGateway: 'tenants' };
  for (const written of [...fleet, { kind, name: newcomer, spec }]) {
    mkdirSync(path.join(folder, folders[written.kind]), { recursive: true });
    // JSON is YAML.
    const file = path.join(folder, folders[written.kind], `${written.name}.yaml`);
    writeFileSync(file, `${JSON.stringify(objectOf(written))}\n`);
  }
  return folder;
}

/** The whole object. */
export function objectOf({ kind, name, spec }: Written): object {
  return { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name }, spec };
}

/** A problem as whoever wrote the object reads it. */
export function sentence({ path: place, message, fix }: Problem): string {
  return `${place}: ${message}; ${fix}`;
}
