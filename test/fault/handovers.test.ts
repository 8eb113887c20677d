import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runnerAgent } from '../api/support/audit-log.ts';
import type { AuditRequest } from '../api/support/audit-log.ts';
import { runnerKubeconfig } from '../api/support/runner-account.ts';
import { createObject, mergePatch, ours } from '../api/support/running-fleet.ts';
import { isWrite } from './support/faults.ts';
import { election, electedRunnersOfFile } from './support/elected-runners.ts';
import { foreignPrefix } from './support/end-state.ts';
import type { ElectedRunners } from './support/elected-runners.ts';
import { expectState, freshState, isReady, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { RunnerProcess } from './support/runner-process.ts';
import { between, countFrom, oneOf, randomFrom, seedOfRun } from './support/seed.ts';
import type { Random } from './support/seed.ts';
import { changeSpec } from './support/tenants.ts';

const fleet = provenFleetOfFile();
const runners = electedRunnersOfFile(fleet);
const seed = seedOfRun('handovers.test.ts');
const handovers = countFrom('FAULT_HANDOVERS', 12);
const names = ['one', 'two', 'three'];

/** What the person asks for last; each changes another part of the cell. A host is one tenant's. */
const changesOf = (name: string): readonly object[] => [
  { access: { ingress: { host: `${name}.example.com` } } },
  { access: null },
  { policy: { tools: { deny: ['exec'] } } },
  { policy: null },
  { resources: { memory: '1100Mi', memoryLimit: '2Gi' } },
  { egress: [{ cidr: '203.0.113.10/32', ports: [{ port: 8443 }] }], resources: null },
  { egress: null },
];

const foreign = `${foreignPrefix}seen`;

test(`${handovers} hand-overs at random moments lose no write of anyone (seed ${seed})`, async () => {
  const { plane, fresh } = fleet();
  const random = randomFrom(seed);
  for (const name of names) await createObject(plane, 'TenantGateway', { name });
  const spec: Record<string, object> = Object.fromEntries(names.map((name) => [name, {}]));
  const mark = await plane.audit.mark();
  for (let round = 1; round <= handovers; round += 1) {
    for (const name of names) {
      const change = oneOf(changesOf(name), random);
      spec[name] = { ...spec[name], ...change };
      await changeSpec(plane, name, change);
      await annotate(name, round);
    }
    await sleep(between(0, 400, random));
    await disturb(await leaderOf(runners()), random);
  }
  expect(lateWrites(await plane.audit.since(mark))).toEqual([]);

  for (const name of names) await createObject(fresh, 'TenantGateway', { name, spec: withoutNull(spec[name] ?? {}) });
  for (const name of names) {
    await expectState(plane, name, { wanted: await freshState(fleet(), name) });
    for (const path of annotated(name)) {
      const { metadata } = await plane.admin.object({ path });
      expect([path, metadata.annotations?.[foreign]]).toEqual([path, String(handovers)]);
    }
  }
});

test('while nothing changes, two runners write nothing but their lease, and a hand-over no more than a restart of one', async () => {
  const { plane } = fleet();
  for (const name of names) await untilState(plane, name, isReady);
  const atRest = await plane.audit.during(() => sleep(3000));
  expect(fleetWrites(atRest)).toEqual([]);

  for (const _ of [1, 2]) {
    const leader = await leaderOf(runners());
    const next = runners().standby(leader) ?? '';
    const requests = await plane.audit.during(async () => {
      await runners().replace(leader, 'terminate');
      await runners().process(next).settled;
      await sleep(1000);
    });
    expect(await leaderOf(runners())).toBe(next);
    expect(fleetWrites(requests).length).toBeLessThanOrEqual(await writesOfRestart());
  }
});

test('a clean stop hands over within two seconds, although the API server asked the leader to wait for longer', async () => {
  const { plane } = fleet();
  for (const name of names) await untilState(plane, name, isReady);
  const leader = await leaderOf(runners());
  const next = runners().standby(leader) ?? '';
  const waits = Promise.withResolvers<undefined>();
  const wentOn = Promise.withResolvers<number>();
  runners().also = (request) => {
    if (!isWrite(request) || !request.path.includes('/tenant-one')) return undefined;
    if (request.userAgent === next) wentOn.resolve(performance.now());
    if (request.userAgent !== leader) return undefined;
    waits.resolve(undefined);
    return { type: 'answer', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 5 };
  };
  await changeSpec(plane, 'one', { openclaw: { env: { REGION: 'north' } } });
  await waits.promise;
  const stopped = performance.now();
  const replaced = runners().replace(leader, 'terminate');
  expect((await wentOn.promise) - stopped).toBeLessThan(2000);
  await replaced;
  runners().also = () => undefined;
  await untilState(plane, 'one', isReady);
});

const singleAgent = `${runnerAgent}single`;

/** What one runner without an election writes when it starts on the fleet as it is. */
async function writesOfRestart(): Promise<number> {
  const { plane } = fleet();
  const requests = await plane.audit.during(async () => {
    await using single = new RunnerProcess({ kubeconfig: await runnerKubeconfig(plane), userAgent: singleAgent });
    await single.settled;
    await sleep(1000);
  });
  return fleetWrites(requests).filter(({ userAgent }) => userAgent === singleAgent).length;
}

/** One of the ways in which a runner comes to lead no more, or nearly does. */
async function disturb(leader: string, random: Random): Promise<void> {
  switch (oneOf(['terminate', 'kill', 'freeze', 'freeze', 'freeze', 'freeze standby'] as const, random)) {
    case 'terminate':
      return runners().replace(leader, 'terminate');
    case 'kill':
      return runners().replace(leader, 'kill');
    case 'freeze':
      return freeze(leader, random);
    case 'freeze standby':
      return freeze(runners().standby(leader) ?? leader, random);
  }
}

/** From a good while before the deadline to a good while after the lease. */
async function freeze(userAgent: string, random: Random): Promise<void> {
  runners().process(userAgent).freeze();
  await sleep(between(election.deadlineMs - 500, election.leaseMs + 1000, random));
  runners().process(userAgent).resume();
}

async function leaderOf(elected: ElectedRunners): Promise<string> {
  const end = performance.now() + 60_000;
  for (;;) {
    const leader = await elected.leader();
    if (leader !== undefined) return leader;
    if (performance.now() > end) throw new Error('waited 60 s for a runner to take the lease');
    await sleep(50);
  }
}

/** Objects on which somebody else keeps a count of their own. */
function annotated(name: string): string[] {
  return [
    ours('TenantGateway', name),
    `/api/v1/namespaces/tenant-${name}`,
    `/api/v1/namespaces/tenant-${name}/services/gateway`,
  ];
}

async function annotate(name: string, round: number): Promise<void> {
  const { plane } = fleet();
  for (const path of annotated(name)) {
    if ((await plane.admin.send({ path })).status === 404) continue;
    await mergePatch(plane, path, { metadata: { annotations: { [foreign]: String(round) } } });
  }
}

const writing = new Set(['create', 'update', 'patch', 'delete']);

function fleetWrites(requests: readonly AuditRequest[]): AuditRequest[] {
  return requests.filter(
    ({ userAgent, verb, resource }) => userAgent.startsWith(runnerAgent) && writing.has(verb) && resource !== 'leases',
  );
}

/** Writes that reached the API server after it had given the lease to another runner. */
function lateWrites(requests: readonly AuditRequest[]): AuditRequest[] {
  const inOrder = [...requests].sort((left, right) => (left.received < right.received ? -1 : 1));
  let holder: string | undefined;
  return inOrder.filter((request) => {
    const { resource, name, verb, status, userAgent } = request;
    const isLease = resource === 'leases' && (name === election.name || verb === 'create') && writing.has(verb);
    if (isLease && userAgent.startsWith(runnerAgent) && status < 300) holder = userAgent;
    return fleetWrites([request]).length > 0 && holder !== undefined && userAgent !== holder;
  });
}

function withoutNull(spec: object): object {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
}
