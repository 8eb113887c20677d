/** The real OpenClaw judges the configuration of every example tenant, and of what fleets configure besides. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import type { Fleet } from '../../constructs/synth/fleet-tree.ts';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import type { TenantInput } from '../../constructs/synth/tenant-input.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { judgeFleet } from '../../files/fleet/judge-fleet.ts';
import { readFleet } from '../../files/read/read-fleet.ts';
import { realOpenClaw } from './support/openclaw.ts';
import type { OpenClaw } from './support/openclaw.ts';

const assets = loadAssets();
const { fleet } = judgeFleet(readFleet('fleet'), assets);
const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-config-'));
let openclaw: OpenClaw;

beforeAll(async () => {
  openclaw = await realOpenClaw();
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function inputOf(name: string, spec: TenantGatewaySpec, { profiles, bundles }: Fleet = fleet): TenantInput {
  const profile = profiles.find((one) => one.name === (spec.profile ?? 'default'));
  if (profile === undefined) {
    throw new Error(`no profile for ${name}`);
  }
  return { tenant: { name, spec }, profile, bundles, assets };
}

/** What OpenClaw says of a cell's configuration; the guard's folder is the repository's own. */
async function verdictOf(input: TenantInput): Promise<{ valid: boolean; text: string }> {
  const { objects } = synthesizeTenant(input);
  const map = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('gateway-config-'));
  const text = (map?.['data'] as Record<string, string>)['openclaw.json'] ?? '';
  const file = path.join(folder, `${input.tenant.name}.json`);
  writeFileSync(file, text.replaceAll('/opt/cellwright/guard', path.resolve('guard')));
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    OPENCLAW_STATE_DIR: path.join(folder, 'state'),
    OPENCLAW_CONFIG_PATH: file,
    OPENCLAW_GATEWAY_TOKEN: 'for-this-test',
  };
  const args = [path.join(openclaw.packageFolder, 'openclaw.mjs'), 'config', 'validate', '--json'];
  const run = promisify(execFile)(openclaw.node, args, { env });
  return run.then(
    ({ stdout }) => ({ valid: true, text: stdout }),
    (error: unknown) => ({ valid: false, text: (error as { stdout: string }).stdout }),
  );
}

describe('the real OpenClaw', () => {
  test.each(fleet.tenants.map(({ name }) => [name]))('accepts the configuration of example tenant %s', async (name) => {
    const spec = fleet.tenants.find((tenant) => tenant.name === name)?.spec ?? {};
    const { valid, text } = await verdictOf(inputOf(name, spec));
    expect([valid, text]).toEqual([true, expect.any(String)]);
    expect((JSON.parse(text) as { warnings?: unknown[] }).warnings ?? []).toEqual([]);
  });

  const fragments: readonly (readonly [string, TenantGatewaySpec])[] = [
    ['an MCP server', { openclaw: { mcpServers: [{ name: 'docs', url: 'https://mcp.example.com/' }] } }],
    ['a trusted proxy', { access: { trustedProxy: { proxies: ['10.20.0.0/16'] } } }],
    ['a known setting', { openclaw: { config: { session: { groupScope: 'main' } } } }],
    ['a setting that does not exist', { openclaw: { config: { agentz: {} } } }],
    ['a value of the wrong type', { openclaw: { config: { messages: { groupChat: 5 } } } }],
    ['a word that is not one of the choices', { openclaw: { config: { session: { scope: 'nobody' } } } }],
    ['a model by its short form', { openclaw: { config: { agents: { defaults: { model: 'anthropic/claude' } } } } }],
    ['a model that is a number', { openclaw: { config: { agents: { defaults: { model: 5 } } } } }],
    [
      'a slip inside one of several forms',
      { openclaw: { config: { agents: { defaults: { model: { primry: 'x' } } } } } },
    ],
    ['a number out of range', { openclaw: { config: { agents: { defaults: { maxConcurrent: 0 } } } } }],
    ['a binding that matches nothing', { openclaw: { config: { bindings: [{ agentId: 'main' }] } } }],
    [
      'a secret reference without an id',
      { openclaw: { config: { channels: { discord: { token: { source: 'env', provider: 'default' } } } } } },
    ],
    [
      'a channel with a policy that is not one',
      { openclaw: { config: { channels: { telegram: { dmPolicy: 'x' } } } } },
    ],
  ];

  test.each(fragments)('and our offline check say the same of %s', async (_what, spec) => {
    const input = inputOf('probe', spec);
    const { valid, text } = await verdictOf(input);
    const problems = checkTenant(input);
    expect([problems.length === 0, problems, text]).toEqual([valid, expect.anything(), text]);
  });
});
