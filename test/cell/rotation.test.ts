/** A credential that changes while the gateway runs: one graceful restart, when nothing is under way, and no more. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AgentCell } from './support/agent-cell.ts';
import { gatewayToken, programsMs, untilProbe } from './support/cell.ts';
import { GatewayRpc } from './support/gateway-rpc.ts';

/** The guard looks every ten seconds. */
const twoLooksMs = 21_000;

let cell: AgentCell;

beforeAll(async () => {
  cell = await AgentCell.start({ rules: { tools: { allow: ['session_status'] } } });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

/** Whether the gateway ends within a time. */
async function ends(milliseconds: number): Promise<boolean> {
  return Promise.race([cell.pod.ended('gateway').then(() => true), sleep(milliseconds, false)]);
}

async function restarted(): Promise<GatewayRpc> {
  cell.pod.start('gateway');
  await untilProbe(cell.pod, { probe: 'startupProbe', status: 200, seconds: 150 });
  return GatewayRpc.connect(cell.pod.url(18789), gatewayToken);
}

test('the gateway waits for the run that is under way, ends gracefully, and comes back with the new credential', async () => {
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  cell.model.script('think long', async () => {
    await held;
    return { say: 'thought' };
  });
  const run = cell.rpc.runAgent('think long');
  while (cell.model.requestsFor('think long').length === 0) {
    await sleep(50);
  }
  cell.pod.setSecret('acme-keys', 'model', 'another-model-key');
  expect(await ends(twoLooksMs)).toBe(false);
  expect(cell.pod.output('gateway')).not.toContain('restarting');
  answer();
  expect(await run).toMatchObject({ status: 'ok' });
  expect(await cell.pod.ended('gateway')).toBe(0);
  expect(cell.pod.output('gateway')).toContain('FAKE_API_KEY changed, restarting');
  expect(cell.pod.output('gateway')).not.toContain('another-model-key');

  using rpc = await restarted();
  cell.model.script('again', { say: 'here' });
  expect(await rpc.runAgent('again')).toMatchObject({ status: 'ok' });
  expect(cell.model.keys.at(-1)).toBe('another-model-key');
  expect(await ends(twoLooksMs)).toBe(false);
});

test('the gateway restarts once, even where its environment does not follow the files', async () => {
  writeFileSync(path.join(cell.pod.volume('credentials'), 'FAKE_API_KEY'), 'a-key-that-no-environment-has');
  expect(await cell.pod.ended('gateway')).toBe(0);
  using _rpc = await restarted();
  expect(await ends(twoLooksMs)).toBe(false);
});
