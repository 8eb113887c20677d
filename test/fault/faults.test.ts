import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { countRequests } from '../api/support/audit-log.ts';
import type { TestControlPlane } from '../api/support/control-plane.ts';
import type { TestRunner } from '../api/support/running-fleet.ts';
import {
  createObject,
  deleteTenant,
  eventually,
  mergePatch,
  ours,
  startTestRunner,
} from '../api/support/running-fleet.ts';
import { endStateOf } from './support/end-state.ts';
import { faultPlan, plannedFaults } from './support/fault-plan.ts';
import type { FaultProxy } from './support/fault-proxy.ts';
import { isList, isWatch, noFaults } from './support/faults.ts';
import type { Judge } from './support/faults.ts';
import { expectState, freshState, isDeleted, isReady, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { startRunnerProxy } from './support/runner-proxy.ts';
import { countFrom, randomFrom, seedOfRun } from './support/seed.ts';
import { breakSomething, changeSpec, changesOf, firstSpecs } from './support/tenants.ts';

const fleet = provenFleetOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const firstSeed = seedOfRun('faults.test.ts');
const seeds = Array.from({ length: countFrom('FAULT_ROUNDS', 2) }, (_, round) => firstSeed + round);

/** Long enough for several passes to fail in different places, in milliseconds. */
const troubleMs = 4000;
/** What was carried out by the seeds that are done. */
const carriedOut = new Set<string>();
/** Most times that the last seed goes on until every kind of fault was carried out. */
const mostRoundsMore = 60;
/**
 * Longest that it may take after the last fault, in seconds: a time-out of 65, a back-off that has grown, and the StatefulSet controller where
 * it miscounts (see sequences.test.ts).
 */
const recoverySeconds = 600;

test.each(seeds)(
  'whatever goes wrong between runner and API server, the end is a fresh build, and the next pass writes nothing (seed %d)',
  async (seed) => {
    const { plane } = fleet();
    const prefix = `s${seed}`;
    const tenants = firstSpecs(prefix, seed % 2 === 0 ? 'Retain' : 'Delete');
    const leaving = `${prefix}-leaving`;
    const staying = Object.keys(tenants).filter((name) => name !== leaving);
    await using proxy = await startRunnerProxy(plane, `faults-${seed}`);
    const plan = faultPlan({ seed });
    proxy.judge = plan;
    await using runner = await startTestRunner(plane, { cluster: loadCluster({ kubeconfig: proxy.kubeconfigPath }) });

    for (const [name, spec] of Object.entries(tenants)) await createObject(plane, 'TenantGateway', { name, spec });
    await sleep(troubleMs);
    const random = randomFrom(seed);
    for (const step of changesOf(prefix)) {
      for (const [name, change] of Object.entries(step)) await changeSpec(plane, name, change);
      await unseen(proxy, plan, async () => {
        for (const name of staying) await breakSomething(plane, name, random);
      });
      await sleep(troubleMs);
    }
    for (let round = 0; seed === seeds.at(-1) && lacking(proxy).length > 0 && round < mostRoundsMore; round += 1) {
      for (const name of staying) {
        await touch(plane, name, round);
        // Seldom: whoever changes an object again and again fights, and is left alone for a minute.
        if (round % 4 === 0) await breakSomething(plane, name, random);
      }
      await sleep(500);
    }
    // What was never there would leave no volume to keep.
    await comesUpUnderFaults(plane, leaving);
    await deleteTenant(plane, leaving);
    await sleep(troubleMs);
    proxy.judge = noFaults;
    proxy.cutAll();
    const stopped = performance.now();

    await buildAfresh(prefix, seed);
    for (const name of staying) {
      await expectState(plane, name, { wanted: await freshState(fleet(), name), seconds: recoverySeconds });
    }
    const gone = await freshState(fleet(), leaving, isDeleted);
    await expectState(plane, leaving, { wanted: gone, seconds: recoverySeconds });
    const seconds = Math.round((performance.now() - stopped) / 1000);
    for (const fault of Object.keys(proxy.carriedOut)) carriedOut.add(fault);
    process.stderr.write(`seed ${seed}: the state was there ${seconds} s after ${JSON.stringify(proxy.carriedOut)}\n`);
    expect(await writesOfNextPass(plane, runner, staying)).toBe(0);
    await removeAll(staying);
  },
);

test('all kinds of faults were among them', () => {
  expect(lacking()).toEqual([]);
});

test('lists of an older snapshot, served while the cluster and the runner itself go on, hide and undo nothing', async () => {
  const { plane, fresh } = fleet();
  await using proxy = await startRunnerProxy(plane, 'snapshot');
  await using runner = await startTestRunner(plane, { cluster: loadCluster({ kubeconfig: proxy.kubeconfigPath }) });
  await createObject(plane, 'TenantGateway', { name });
  await untilState(plane, name, isReady);
  await runner.settled();
  const held = holdLists(proxy, ['services', 'resourcequotas', 'networkpolicies', 'ingresses']);
  await held.all;
  // By others, unseen: in the lists both are as they were.
  await plane.admin.ok({ method: 'DELETE', path: `${cell}/services/gateway` });
  await mergePatch(plane, `${cell}/resourcequotas/cell`, { spec: { hard: { pods: '77' } } });
  // By the runner: its own Ingress is not in the list, its own change of the NetworkPolicies neither.
  const change = { access: { ingress: { host: `${name}.example.com` } } };
  await changeSpec(plane, name, change);
  const ingresses = `/apis/networking.k8s.io/v1/namespaces/tenant-${name}/ingresses`;
  await eventually(async () => (await plane.admin.list(ingresses)).length > 0);
  const [made] = await plane.admin.list(ingresses);
  held.release();

  await createObject(fresh, 'TenantGateway', { name, spec: change });
  await expectState(plane, name, { wanted: await freshState(fleet(), name) });
  expect((await plane.admin.list(ingresses)).map(({ metadata }) => metadata.uid)).toEqual([made?.metadata.uid]);
  expect(await writesOfNextPass(plane, runner, [name])).toBe(0);
});

test('a write that is never answered holds up its own tenant until the time-out, and no other', async () => {
  const { plane, fresh } = fleet();
  await using proxy = await startRunnerProxy(plane, 'silent');
  let isSilent = true;
  proxy.judge = ({ method, path }) => {
    if (!isSilent || method !== 'PATCH' || !path.includes('/tenant-mute/statefulsets/')) return undefined;
    isSilent = false;
    return { type: 'silence', ms: 300_000 };
  };
  await using _runner = await startTestRunner(plane, { cluster: loadCluster({ kubeconfig: proxy.kubeconfigPath }) });
  const started = performance.now();
  for (const name of ['mute', 'other']) {
    await createObject(plane, 'TenantGateway', { name });
    await createObject(fresh, 'TenantGateway', { name });
  }
  await expectState(plane, 'other', { wanted: await freshState(fleet(), 'other') });
  expect(isSilent).toBe(false);
  expect(isReady(await endStateOf(plane.admin, 'mute'))).toBe(false);
  await expectState(plane, 'mute', { wanted: await freshState(fleet(), 'mute') });
  expect(performance.now() - started).toBeGreaterThan(60_000);
});

const name = 'snapshot';
const cell = `/api/v1/namespaces/tenant-${name}`;

interface HeldLists {
  /** Settles when each kind was listed, with the answer of the API server on its way. */
  readonly all: Promise<unknown>;
  readonly release: () => void;
}

/** Makes the runner list these kinds anew, and holds what the API server answers. */
function holdLists(proxy: FaultProxy, plurals: readonly string[]): HeldLists {
  const released = Promise.withResolvers<undefined>();
  const arrived = new Map(plurals.map((plural) => [plural, Promise.withResolvers<undefined>()]));
  const expired = new Set<string>();
  proxy.judge = (request) => {
    const plural = request.path.split('/').at(-1) ?? '';
    const list = arrived.get(plural);
    if (list === undefined) return undefined;
    if (isWatch(request) && !expired.has(plural)) {
      expired.add(plural);
      return { type: 'answer', status: 410, reason: 'Expired' };
    }
    if (!isList(request) || !expired.has(plural)) return undefined;
    arrived.delete(plural);
    return {
      type: 'meet',
      when: 'after',
      meet: async () => {
        list.resolve(undefined);
        await released.promise;
        return 'go-on';
      },
    };
  };
  const all = Promise.all([...arrived.values()].map(({ promise }) => promise));
  proxy.cutAll();
  return { all, release: () => released.resolve(undefined) };
}

/** Kinds of faults that nobody has met yet. */
function lacking(proxy?: FaultProxy): string[] {
  return plannedFaults.filter((fault) => !carriedOut.has(fault) && proxy?.carriedOut[fault] === undefined);
}

/** While no watch is open; all watches that come after it are told that their version is too old. */
async function unseen(proxy: FaultProxy, plan: Judge, act: () => Promise<void>): Promise<void> {
  proxy.judge = (request) => (isWatch(request) ? { type: 'reset-before' } : plan(request));
  proxy.cutAll();
  await act();
  const listsAgain = new Set<string>();
  proxy.judge = (request) => {
    if (!isWatch(request) || listsAgain.has(request.path)) return plan(request);
    listsAgain.add(request.path);
    return { type: 'answer', status: 410, reason: 'Expired' };
  };
}

/** What the tenants would be if they had been made as they are now, and nothing had happened. */
async function buildAfresh(prefix: string, seed: number): Promise<void> {
  const { plane, fresh } = fleet();
  for (const [name, spec] of Object.entries(firstSpecs(prefix, seed % 2 === 0 ? 'Retain' : 'Delete'))) {
    const path = ours('TenantGateway', name);
    const { status, body } = await plane.admin.send({ path });
    await createObject(fresh, 'TenantGateway', { name, spec: status === 404 ? spec : (body as { spec: object }).spec });
    if (!name.endsWith('leaving')) continue;
    await freshState(fleet(), name);
    await deleteTenant(fresh, name);
  }
}

/** Changes nothing of what is wanted; makes an event, and a pass. */
async function touch(plane: TestControlPlane, name: string, touched: string | number): Promise<void> {
  await mergePatch(plane, ours('TenantGateway', name), { metadata: { annotations: { touched: String(touched) } } });
}

/** Its back-off may have grown to minutes by now: whoever touches a tenant ends that. */
async function comesUpUnderFaults(plane: TestControlPlane, name: string): Promise<void> {
  for (let round = 0; !isReady(await endStateOf(plane.admin, name)); round += 1) {
    expect(round).toBeLessThan(mostRoundsMore);
    await touch(plane, name, round);
    await sleep(2000);
  }
}

/** Each tenant has a pass. */
async function writesOfNextPass(
  plane: TestControlPlane,
  runner: TestRunner,
  names: readonly string[],
): Promise<number> {
  await runner.settled();
  const passes = await runner.passes();
  const requests = await plane.audit.during(async () => {
    for (const name of names) await touch(plane, name, 'by a person');
    await eventually(async () => (await runner.passes()) >= passes + names.length);
    await runner.settled();
  });
  return countRequests(requests).get(agent)?.writes ?? 0;
}

/** Makes room for the next seed, and shows on the way that what went through faults can be deleted. */
async function removeAll(names: readonly string[]): Promise<void> {
  const { plane, fresh } = fleet();
  for (const one of [plane, fresh]) {
    for (const name of names) await deleteTenant(one, name);
    for (const name of names) await untilState(one, name, isDeleted);
  }
}
