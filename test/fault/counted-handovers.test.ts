/** What a hand-over costs: no write. */
import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRequest } from '../api/support/audit-log.ts';
import type { TestControlPlane } from '../api/support/control-plane.ts';
import { createObject } from '../api/support/running-fleet.ts';
import { isFleetWrite } from './support/audited-writes.ts';
import { electedRunnersOfFile, longElection } from './support/elected-runners.ts';
import { isReady, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { changeSpec, changesOfOne } from './support/tenants.ts';

const fleet = provenFleetOfFile();
const runners = electedRunnersOfFile(fleet, longElection);
const name = 'counted';
/** What nothing is written in for this long is settled, in milliseconds. */
const quietMs = 1500;

test('while nothing changes, two runners write nothing but their lease, and a hand-over nothing either', async () => {
  const { plane } = fleet();
  await writesFor(plane, 'resting', () => createObject(plane, 'TenantGateway', { name: 'resting' }));
  expect(await plane.audit.during(() => sleep(3000)).then(fleetWrites)).toEqual([]);
  expect(await writesOfHandover()).toEqual([]);
  expect(await writesOfHandover()).toEqual([]);
});

test('the same changes take the same writes by two runners, with a hand-over after each, as by one', async () => {
  const { plane, fresh } = fleet();
  const acts = [
    (one: TestControlPlane) => createObject(one, 'TenantGateway', { name }),
    ...changesOfOne(name).map((change) => (one: TestControlPlane) => changeSpec(one, name, change)),
  ];
  for (const [step, act] of acts.entries()) {
    const leader = await runners().leading();
    const [byTwo, byOne] = await Promise.all([plane, fresh].map((one) => writesFor(one, name, () => act(one))));
    expect(await runners().leading()).toBe(leader);
    expect({ step, writes: byTwo }).toEqual({ step, writes: byOne });
    expect(byOne).not.toEqual([]);
    expect({ step, writes: await writesOfHandover() }).toEqual({ step, writes: [] });
  }
});

/** Ends the leader in order; settles when the next one has worked on everything. */
async function writesOfHandover(): Promise<string[]> {
  const { plane } = fleet();
  const leader = await runners().leading();
  const next = runners().standby(leader) ?? '';
  const requests = await plane.audit.during(async () => {
    await runners().replace(leader, 'terminate');
    await runners().process(next).settled;
    expect(await runners().leading()).toBe(next);
    await sleep(quietMs);
  });
  return fleetWrites(requests);
}

/** Writes of objects of cells, from an act until its tenant is ready and nothing more is written; by verb and resource. */
async function writesFor(plane: TestControlPlane, tenant: string, act: () => Promise<void>): Promise<string[]> {
  const mark = await plane.audit.mark();
  await act();
  await untilState(plane, tenant, isReady);
  let before: string[] | undefined;
  let writes = fleetWrites(await plane.audit.since(mark));
  while (writes.length !== before?.length) {
    await sleep(quietMs);
    before = writes;
    writes = fleetWrites(await plane.audit.since(mark));
  }
  return writes.filter((line) => !told.test(line));
}

/** How often a rollout is looked at and told of depends on when its pods get ready. */
const told = / (tenantgateways|gatewayprofiles|policybundles|events)/;

function fleetWrites(requests: readonly AuditRequest[]): string[] {
  return requests
    .filter(isFleetWrite)
    .map(({ verb, resource }) => `${verb} ${resource}`)
    .sort();
}
