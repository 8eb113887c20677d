/** A change of a profile that rolls every pod takes a few gateways away at a time, and nothing else waits for it. */
import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { runnerOfFile, startWithPlatform } from './support/runner-of-file.ts';
import {
  condition,
  createObject,
  eventually,
  makePodReady,
  mergePatch,
  ours,
  tenantWhen,
} from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const names = ['a', 'b', 'c', 'd', 'e'];
const atOnce = 2;

// One worker, so that what is under way is counted before the next one begins.
const runner = runnerOfFile(plane, (started) =>
  startWithPlatform(started, { concurrency: 1, pace: { most: atOnce, longestMs: 120_000 } }),
);

beforeAll(async () => {
  for (const name of names) await createObject(plane(), 'TenantGateway', { name });
  for (const name of names) await ready(name);
}, 120_000);

test('a change of a profile rolls a few gateways at a time', async () => {
  await changeProfile({ cron: { enabled: true } });
  for (let left = names.length; left > 0; left -= atOnce) {
    const rolling = await rollingNow(Math.min(atOnce, left));
    await Promise.all(rolling.map(ready));
  }
  expect(await rollingNow(0)).toEqual([]);
}, 120_000);

test('what comes up for a single tenant does not wait, and neither does a policy', async () => {
  await changeProfile({ cron: { enabled: false } });
  const first = await rollingNow(atOnce);
  const [changed = '', drifted = '', ...rest] = names.filter((name) => !first.includes(name));
  await mergePatch(plane(), ours('TenantGateway', changed), { spec: { openclaw: { env: { REVISION: '2' } } } });
  await rollingNow(atOnce + 1);
  const service = `/api/v1/namespaces/tenant-${drifted}/services/gateway`;
  await plane().admin.ok({ method: 'DELETE', path: service });
  await eventually(async () => (await plane().admin.send({ path: service })).status === 200);
  expect(await rollingNow(atOnce + 2)).not.toContain(rest[0]);
  await createObject(plane(), 'PolicyBundle', { name: 'stricter', spec: { rules: { tools: { deny: ['exec'] } } } });
  await rollingNow(names.length);
  for (const name of names) await ready(name);
}, 120_000);

/** A tenant that is still to be looked at for what happened before would take the change along, whatever the pace. */
async function changeProfile(config: object): Promise<void> {
  await runner.settled();
  await mergePatch(plane(), ours('GatewayProfile', 'default'), { spec: { fixed: { config } } });
}

async function ready(name: string): Promise<void> {
  await makePodReady(plane(), name);
  await tenantWhen(plane(), name, (_status, live) => condition(live, 'Ready')?.status === 'True');
}

/** The tenants that roll out, when there are so many, and no more come. */
async function rollingNow(count: number): Promise<string[]> {
  let rolling: string[] = [];
  const look = async (): Promise<boolean> => {
    const all = await plane().admin.list(ours('TenantGateway'));
    rolling = all.filter((live) => JSON.stringify(live).includes('"RollingOut"')).map(({ metadata }) => metadata.name);
    return rolling.length === count;
  };
  await eventually(look, () => `${rolling.join(', ')} roll out, not ${count}`);
  await sleep(1000);
  await look();
  expect(rolling).toHaveLength(count);
  return rolling;
}
