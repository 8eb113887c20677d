/** The whole gate, on the real programs: a synthesized pod whose OPA decides every tool call of the real gateway. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import { withDefaults } from '../../constructs/api/defaults.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { reviewTokenSecret } from '../../constructs/synth/tenant-input.ts';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { findOpa } from '../../opa/find-opa.ts';
import { realOpenClaw } from './support/openclaw.ts';
import { LocalPod } from './support/pod.ts';

const token = 'a-token-for-this-test-only';
const gateway = 'http://127.0.0.1:18789';

const rego = `deny contains "no corp addresses" if {
  input.kind == "tool"
  endswith(split(input.params.url, "/")[2], ".corp.example.com")
}`;

const bundle: PolicyBundleSpec = {
  enforcement: 'Enforce',
  rules: { tools: { allow: ['session_status', 'sessions_list', 'web_fetch'], deny: ['sessions_list'] } },
  rego,
};

function defaulted<Spec>(kind: string, name: string, spec: Spec): { name: string; spec: Spec } {
  const definition = kindNamed(kind);
  if (definition === undefined) {
    throw new Error(`no kind ${kind}`);
  }
  const object = withDefaults(definition, { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name }, spec });
  return { name, spec: (object as { spec: Spec }).spec };
}

const output = synthesizeTenant({
  tenant: defaulted<TenantGatewaySpec>('TenantGateway', 'acme', {
    openclaw: { workspace: [{ path: 'notes/SOUL.md', content: 'be kind\n' }] },
  }),
  profile: defaulted<GatewayProfileSpec>('GatewayProfile', 'default', {}),
  bundles: [defaulted('PolicyBundle', 'baseline', bundle)],
  assets: loadAssets(),
});

let pod: LocalPod;

beforeAll(async () => {
  const opa = await findOpa({ environment: process.env, progress: (line) => process.stderr.write(`${line}\n`) });
  pod = new LocalPod(output.objects, {
    openclaw: await realOpenClaw(),
    opa,
    secrets: { [reviewTokenSecret]: { token } },
  });
}, 300_000);

afterAll(async () => {
  await pod[Symbol.asyncDispose]();
});

async function invoke(tool: string, args: object = {}, bearer = token): Promise<{ status: number; body: string }> {
  const response = await fetch(`${gateway}/tools/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tool, args }),
  });
  return { status: response.status, body: await response.text() };
}

async function health(): Promise<number> {
  try {
    return (await fetch(`${gateway}/cellwright/health`)).status;
  } catch {
    // Nothing listens yet.
    return 0;
  }
}

async function untilHealth(wanted: number, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let last = await health();
  while (last !== wanted && Date.now() < end) {
    await sleep(250);
    last = await health();
  }
  if (last !== wanted) {
    throw new Error(
      `health stayed ${last} instead of ${wanted} for ${seconds} s:\n${pod.output('gateway').slice(-3000)}`,
    );
  }
}

describe('a synthesized pod on the real programs', () => {
  test('its init steps prepare the volumes and find configuration, policy and guard in order', async () => {
    const steps = await pod.init();
    expect(steps.map(({ name, code, output: text }) => [name, code === 0 ? 0 : text])).toEqual([
      ['prepare', 0],
      ['policy-check', 0],
      ['gateway-check', 0],
    ]);
  });

  test('its gateway becomes healthy only with the guard loaded and the wanted policy served', async () => {
    expect(await health()).toBe(0);
    pod.start('gateway');
    await untilHealth(200, 150);
  });

  test('a tool that policy allows is called', async () => {
    const { status, body } = await invoke('session_status');
    expect([status, body]).toEqual([200, expect.any(String)]);
  });

  test('a tool that policy denies is blocked, with the level and bundle that deny it', async () => {
    const { status, body } = await invoke('sessions_list');
    expect(status).toBe(403);
    expect(body).toContain('enterprise/baseline: tools.deny');
  });

  test('a tool that no level names is blocked', async () => {
    expect((await invoke('memory_search', { query: 'x' })).status).toBe(403);
  });

  test('free Rego of a bundle blocks by parameters', async () => {
    const { status, body } = await invoke('web_fetch', { url: 'https://wiki.corp.example.com/' });
    expect(status).toBe(403);
    expect(body).toContain('no corp addresses');
  });

  test('a caller without the token gets nothing', async () => {
    expect((await invoke('session_status', {}, 'wrong')).status).toBe(401);
  });

  test('OPA itself refuses who does not know the token of the pod', async () => {
    const answer = await fetch('http://127.0.0.1:8181/v1/data/cellwright/decision', {
      method: 'POST',
      body: JSON.stringify({ input: { tenant: 'acme', kind: 'tool', name: 'session_status' } }),
    });
    expect(answer.status).toBe(401);
    expect((await fetch('http://127.0.0.1:8282/health')).status).toBe(200);
  });

  test('with OPA gone every call is blocked and the pod is not ready, and it comes back with OPA', async () => {
    await pod.kill('opa', 'SIGKILL');
    const { status, body } = await invoke('session_status');
    expect([status, body]).toEqual([403, expect.stringContaining('policy gave no answer')]);
    expect(await health()).toBe(503);
    pod.start('opa');
    await untilHealth(200, 30);
    expect((await invoke('session_status')).status).toBe(200);
  });
});
