/** The whole gate, on the real programs: a synthesized pod whose OPA decides every tool call of the real gateway. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cellPod, invokeTool, programsMs, untilProbe } from './support/cell.ts';
import type { LocalPod } from './support/pod.ts';

const rego = `deny contains "no corp addresses" if {
  input.kind == "tool"
  endswith(split(input.params.url, "/")[2], ".corp.example.com")
}`;

let pod: LocalPod;

beforeAll(async () => {
  pod = await cellPod(
    { openclaw: { workspace: [{ path: 'notes/SOUL.md', content: 'be kind\n' }] } },
    {
      rego,
      rules: {
        tools: {
          allow: ['session_status', 'sessions_list', 'agents_list', 'web_fetch'],
          deny: ['sessions_list'],
          requireApproval: ['agents_list'],
        },
      },
    },
  );
}, programsMs);

afterAll(async () => {
  await pod[Symbol.asyncDispose]();
});

const readiness = (): Promise<number> => pod.probe('gateway', 'readinessProbe');

describe('a synthesized pod on the real programs', () => {
  test('prepares its volumes and finds configuration, policy and guard in order, step by step', async () => {
    const steps = await pod.init();
    expect(steps.map(({ name, code, output }) => [name, code === 0 ? 0 : output])).toEqual([
      ['prepare', 0],
      ['policy-check', 0],
      ['gateway-check', 0],
    ]);
    expect(readFileSync(path.join(pod.volume('state'), 'state', 'workspace', 'notes', 'SOUL.md'), 'utf8')).toBe(
      'be kind\n',
    );
  });

  test('becomes ready with the guard loaded and the wanted policy served', async () => {
    expect(await readiness()).toBe(0);
    pod.start('gateway');
    await untilProbe(pod, { probe: 'startupProbe', status: 200, seconds: 150 });
    expect([await readiness(), await pod.probe('gateway', 'livenessProbe')]).toEqual([200, 200]);
    expect(await pod.probe('opa', 'readinessProbe')).toBe(200);
  });

  test('calls a tool that policy allows', async () => {
    const { status, body } = await invokeTool(pod, 'session_status');
    expect([status, body]).toEqual([200, expect.stringContaining('"ok":true')]);
  });

  test('blocks a tool that policy denies, and names the level and bundle that deny it', async () => {
    const { status, body } = await invokeTool(pod, 'sessions_list');
    expect([status, body]).toEqual([403, expect.stringContaining('enterprise/baseline: tools.deny')]);
  });

  test('blocks a tool that no level names', async () => {
    const { status, body } = await invokeTool(pod, 'memory_search', { args: { query: 'x' } });
    expect([status, body]).toEqual([403, expect.stringContaining('enterprise/baseline: tools.allow does not name')]);
  });

  test('blocks by parameters where free Rego of a bundle says so', async () => {
    const { status, body } = await invokeTool(pod, 'web_fetch', { args: { url: 'https://wiki.corp.example.com/' } });
    expect([status, body]).toEqual([403, expect.stringContaining('no corp addresses')]);
  });

  test('blocks parameters that a rule of policy cannot be evaluated on', async () => {
    const { status, body } = await invokeTool(pod, 'web_fetch', { args: { url: ['https://wiki.corp.example.com/'] } });
    expect([status, body]).toEqual([403, expect.stringContaining('bundle-baseline.rego')]);
  });

  test('blocks what a person must approve when nobody can be asked', async () => {
    const { status, body } = await invokeTool(pod, 'agents_list');
    expect([status, body]).toEqual([403, expect.stringContaining('tool_call_blocked')]);
  });

  test('gives a caller without its token nothing', async () => {
    expect((await invokeTool(pod, 'session_status', { token: 'wrong' })).status).toBe(401);
  });

  test('has an OPA that answers nobody without the token of the pod', async () => {
    const ask = (init: RequestInit): Promise<Response> => fetch(`${pod.url(8181)}/v1/data/cellwright/decision`, init);
    const body = JSON.stringify({ input: { tenant: 'acme', kind: 'tool', name: 'session_status' } });
    expect((await ask({ method: 'POST', body })).status).toBe(401);
    expect((await ask({ method: 'POST', body, headers: { authorization: 'Bearer x' } })).status).toBe(401);
    expect((await fetch(`${pod.url(8181)}/v1/policies`)).status).toBe(401);
  });

  test('blocks every call and is not ready while OPA is gone, and comes back with it', async () => {
    await pod.kill('opa', 'SIGKILL');
    const { status, body } = await invokeTool(pod, 'session_status');
    expect([status, body]).toEqual([403, expect.stringContaining('policy gave no answer')]);
    expect([await readiness(), await pod.probe('gateway', 'livenessProbe')]).toEqual([503, 200]);
    pod.start('opa');
    await untilProbe(pod, { probe: 'readinessProbe', status: 200, seconds: 30 });
    expect((await invokeTool(pod, 'session_status')).status).toBe(200);
  });

  test('blocks every call and is not ready while OPA serves another revision of the policy', async () => {
    const file = path.join(pod.volume('policy'), 'data.json');
    const served = readFileSync(file, 'utf8');
    await restartOpaWith(file, served.replace(/"revision":"[0-9a-f]+"/, '"revision":"of-yesterday"'));
    await untilProbe(pod, { probe: 'readinessProbe', status: 503, seconds: 30 });
    expect(await pod.probe('opa', 'readinessProbe')).toBe(200);
    const { status, body } = await invokeTool(pod, 'session_status');
    expect([status, body]).toEqual([403, expect.stringContaining('another revision')]);
    await restartOpaWith(file, served);
    await untilProbe(pod, { probe: 'readinessProbe', status: 200, seconds: 30 });
    expect((await invokeTool(pod, 'session_status')).status).toBe(200);
  });
});

async function restartOpaWith(file: string, data: string): Promise<void> {
  await pod.kill('opa', 'SIGKILL');
  chmodSync(file, 0o644);
  writeFileSync(file, data);
  pod.start('opa');
  await untilProbe(pod, { container: 'opa', probe: 'readinessProbe', status: 200, seconds: 30 });
}
