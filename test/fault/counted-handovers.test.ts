/** What a hand-over costs: no write, or what it cuts in two. */
import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AuditRequest } from '../api/support/audit-log.ts';
import type { TestControlPlane } from '../api/support/control-plane.ts';
import { createObject, eventually } from '../api/support/running-fleet.ts';
import { isFleetWrite } from './support/audited-writes.ts';
import { electedRunnersOfFile, longElection } from './support/elected-runners.ts';
import { isWrite } from './support/faults.ts';
import { isReady, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { freshParts, makeFreshNamespace, presentParts } from './support/rendered-objects.ts';
import { changeSpec, changesOfOne } from './support/tenants.ts';

const fleet = provenFleetOfFile();
const runners = electedRunnersOfFile(fleet, longElection);
const name = 'counted';
/** What nothing is written in for this long is settled, in milliseconds. */
const quietMs = 1500;

beforeAll(async () => {
  const { plane, fresh } = fleet();
  for (const one of [plane, fresh]) await makeFreshNamespace(one);
});

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

test('a hand-over in the middle of a pass repeats no more than what that pass had written', async () => {
  const { plane, fresh } = fleet();
  for (const after of [1, 4, 8, 12]) {
    const tenant = `cut-${after}`;
    const leader = await runners().leading();
    let sent = 0;
    runners().also = (request) => {
      if (request.userAgent === leader && isWrite(request) && request.path.includes(`/tenant-${tenant}`)) sent += 1;
      return undefined;
    };
    const mark = await plane.audit.mark();
    const cut = async (): Promise<void> => {
      await createObject(plane, 'TenantGateway', { name: tenant });
      await eventually(
        () => Promise.resolve(sent >= after),
        () => `the leader has sent ${sent} writes, not ${after}`,
      );
      await runners().replace(leader, 'terminate');
    };
    const byTwo = await writesFor(plane, tenant, cut);
    const byFirst = (await plane.audit.since(mark)).filter(({ userAgent }) => userAgent === leader);
    const byOne = await writesFor(fresh, tenant, () => createObject(fresh, 'TenantGateway', { name: tenant }));
    expect({ after, undone: without(byOne, byTwo) }).toEqual({ after, undone: [] });
    const again = without(byTwo, byOne);
    process.stderr.write(
      `cut at write ${after}: ${again.length} of ${fleetWrites(byFirst).length} writes were made again\n`,
    );
    expect({ after, needless: without(again, fleetWrites(byFirst)) }).toEqual({ after, needless: [] });
    expect({ after, writes: await writesOfHandover() }).toEqual({ after, writes: [] });
  }
  runners().also = () => undefined;
});

/** Lines that the others do not have, or not as often. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const place = left.indexOf(line);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

/** Ends the leader in order; settles when the next one has worked on everything. */
async function writesOfHandover(): Promise<string[]> {
  const { plane } = fleet();
  const leader = await runners().leading();
  const next = runners().standby(leader) ?? '';
  const requests = await plane.audit.during(async () => {
    await runners().end(leader, 'terminate');
    await runners().process(next).settled;
    expect(await runners().leading()).toBe(next);
    runners().start();
    await sleep(quietMs);
  });
  return fleetWrites(requests);
}

/** Writes of objects of cells, from an act until its tenant is ready and nothing more is written; by verb and resource. */
async function writesFor(plane: TestControlPlane, tenant: string, act: () => Promise<void>): Promise<string[]> {
  const mark = await plane.audit.mark();
  await act();
  await untilState(plane, tenant, isReady);
  // A pass that stalls is silent for longer than that, and has yet to write.
  await eventually(
    async () => isDeepStrictEqual(await presentParts(plane.admin, tenant), await freshParts(plane.admin, tenant)),
    () => `tenant ${tenant} is ready, and is not what its spec renders`,
  );
  let before: string[] | undefined;
  let writes = fleetWrites(await plane.audit.since(mark));
  while (writes.length !== before?.length) {
    await sleep(quietMs);
    before = writes;
    writes = fleetWrites(await plane.audit.since(mark));
  }
  return writes.filter((line) => !told.test(line));
}

/** How often a rollout is looked at and told of depends on when its pods get ready; a finalizer is put on once. */
const told = / (tenantgateways\/status|gatewayprofiles|policybundles|events)/;

function fleetWrites(requests: readonly AuditRequest[]): string[] {
  return requests
    .filter(isFleetWrite)
    .map(({ verb, resource }) => `${verb} ${resource}`)
    .sort();
}
