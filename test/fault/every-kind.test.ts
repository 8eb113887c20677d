import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { emittedKinds } from '../../constructs/synth/emitted-kinds.ts';
import type { TestObject } from '../api/support/api-client.ts';
import type { AuditMark, AuditRequest } from '../api/support/audit-log.ts';
import { controlPlaneOfFile } from '../api/support/control-plane.ts';
import { installPlatform } from '../api/support/installed-platform.ts';
import {
  condition,
  createObject,
  eventually,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenant,
  tenantWhen,
} from '../api/support/running-fleet.ts';
import { foreignWrites } from './support/foreign-writes.ts';
import type { ForeignWrite, Target } from './support/foreign-writes.ts';
import { fullProfile, fullTenants } from './support/full-tenants.ts';
import { restartRollout, writeHarmlessly } from './support/harmless-writes.ts';
import { installOptionalKinds } from './support/optional-kinds.ts';
import { otherValues, ownedLeaves, pointerTo } from './support/owned-leaves.ts';
import { chosenPart, kindOf, pathOf, renderedObjects } from './support/rendered-objects.ts';
import { countFrom, randomFrom, seedFor, seedOfRun } from './support/seed.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const names = Object.keys(fullTenants);
const seed = seedOfRun('every-kind.test.ts');
/** Leaves of each object and way to write. */
const samples = countFrom('FAULT_LEAVES', process.env['FAULT_SOAK'] === undefined ? 1 : 20);
/** Longest that repairs of all objects at once may take, in seconds. */
const patience = 60;

type Parts = Readonly<Record<string, Record<string, unknown>>>;
/** Every object as it was made, by its path. */
let parts: Parts;
let begin: AuditMark;

beforeAll(async () => {
  await installOptionalKinds(plane());
  await installPlatform(plane());
  begin = await plane().audit.mark();
  await mergePatch(plane(), ours('GatewayProfile', 'default'), { spec: fullProfile });
  await createObject(plane(), 'PolicyBundle', { name: 'base', spec: { rules: { tools: { deny: ['gateway'] } } } });
  await using runner = await startTestRunner(plane());
  for (const [name, spec] of Object.entries(fullTenants)) await createObject(plane(), 'TenantGateway', { name, spec });
  for (const name of names) await tenantWhen(plane(), name, isObserved);
  await runner.settled();
  parts = partsOf(await targets());
}, 20 * 60_000);

/** Every object of the tenants as it is. */
async function targets(): Promise<Target[]> {
  const { admin } = plane();
  const wanted = (await Promise.all(names.map((name) => renderedObjects(admin, name)))).flat();
  return Promise.all(
    wanted.map(async (object) => {
      const path = pathOf(object);
      return { wanted: object, path, before: await admin.object({ path }) };
    }),
  );
}

function partsOf(all: readonly Target[]): Parts {
  return Object.fromEntries(all.map(({ path, before }) => [path, chosenPart(before)]));
}

/** Waits until every object is as it was made; those that were deleted must be others by uid. */
async function expectRepair(deleted: readonly TestObject[] = []): Promise<void> {
  const oldUids = new Set(deleted.map(({ metadata }) => metadata.uid));
  const end = performance.now() + patience * 1000;
  for (;;) {
    const now = await Promise.all(
      Object.keys(parts).map(async (path) => {
        const { status, body } = await plane().admin.send({ path });
        const live = body as TestObject;
        return [path, status === 200 && !oldUids.has(live.metadata.uid) ? chosenPart(live) : 'not there'] as const;
      }),
    );
    const state = Object.fromEntries(now);
    if (isDeepStrictEqual(state, parts)) return;
    if (performance.now() > end) expect(state).toEqual(parts);
    await sleep(100);
  }
}

test('there is an object of each kind', () => {
  const kinds = new Set(Object.keys(parts).map((path) => path.split('/').at(-2)));
  expect([...kinds].sort()).toEqual(emittedKinds.map(({ plural }) => plural).sort());
});

/** Kinds that have nothing of ours beside which something could be put, labels and annotations aside. */
const nothingBeside = ['ConfigMap', 'Namespace', 'ServiceAccount'];

test.each(Object.entries<ForeignWrite>(foreignWrites))('whoever %s: it is repaired', async (what, write) => {
  const kinds = new Set<string>();
  for (let sample = 0; sample < samples; sample += 1) {
    const all = (await targets()).filter(
      ({ wanted }) => !sparesNamespaces.includes(what) || wanted.kind !== 'Namespace',
    );
    // A fresh process has repaired nothing yet, so that none of this is a fight.
    await using runner = await startTestRunner(plane());
    await runner.settled();
    const written = await writeToAll(all, write, `${what} ${sample}`);
    for (const { target } of written) kinds.add(target.wanted.kind);
    try {
      await expectRepair(sparesNamespaces.includes(what) ? all.map(({ before }) => before) : []);
      await runner.settled();
      await expectRepair();
    } catch (cause) {
      const places = written.map(({ target, place }) => `${target.path} ${place}`).join('\n');
      throw new Error(`seed ${seed}, sample ${sample}: ${(cause as Error).message}\nwritten:\n${places}`, { cause });
    }
    process.stderr.write(`whoever ${what}: ${written.length} of ${all.length} objects took it\n`);
  }
  expect([...kinds].sort()).toEqual(expectedKinds(what));
});

const inTwoWrites: readonly ForeignWrite[] = [
  foreignWrites['changes a leaf and puts the old managedFields back'],
  foreignWrites['adds beside a leaf, puts the old managedFields back and takes our label'],
  foreignWrites['puts another of its name in its place'],
];

interface Written {
  readonly target: Target;
  readonly place: string;
}

async function writeToAll(all: readonly Target[], write: ForeignWrite, what: string): Promise<Written[]> {
  // Two writes in a row must both come before the repair.
  const isPaused = inTwoWrites.includes(write);
  if (isPaused) await pause('true');
  const written = await Promise.all(
    all.map(async (target) => {
      const random = randomFrom(seedFor(seed, `${what} ${target.path}`));
      const place = await write({ admin: plane().admin, target, random });
      return place === undefined ? [] : [{ target, place }];
    }),
  );
  if (isPaused) await pause(null);
  return written.flat();
}

const sparesNamespaces = ['deletes the object', 'puts another of its name in its place'];

function expectedKinds(what: string): string[] {
  const without = what.startsWith('adds ') ? nothingBeside : sparesNamespaces.includes(what) ? ['Namespace'] : [];
  return emittedKinds
    .map(({ kind }) => kind)
    .filter((kind) => !without.includes(kind))
    .sort();
}

/** Paused, a tenant is left alone; whatever happened meanwhile is looked at when that ends. */
async function pause(value: 'true' | null): Promise<void> {
  for (const name of names) {
    const annotations = { 'cellwright.dev/paused': value };
    await mergePatch(plane(), ours('TenantGateway', name), { metadata: { annotations } });
    const isPaused = value !== null;
    await tenantWhen(
      plane(),
      name,
      ({ conditions }) => (conditions?.find(({ type }) => type === 'Ready')?.reason === 'Paused') === isPaused,
    );
  }
}

test('another organization on a namespace that we applied is a change by someone else, also after a restart', async () => {
  const path = '/api/v1/namespaces/tenant-by-route';
  // Nobody looks when it happens: what proves the namespace ours is in the status of its tenant.
  await mergePatch(plane(), path, { metadata: { labels: { 'cellwright.dev/organization': 'rivals' } } });
  await using runner = await startTestRunner(plane());
  await expectRepair();
  await runner.settled();
  expect(condition(await tenant(plane(), 'by-route'), 'Stalled')?.status).toBe('False');
});

test('the content of ConfigMaps can be changed by nobody: the API server refuses it', async () => {
  const { admin } = plane();
  const maps = (await targets()).filter(({ wanted }) => wanted.kind === 'ConfigMap');
  expect(maps.length).toBeGreaterThan(0);
  for (const { wanted, path, before } of maps) {
    for (const { place, value } of ownedLeaves(wanted).filter((leaf) => leaf.place[0] !== 'metadata')) {
      const at = pointerTo(place);
      const operations = [
        ...otherValues(value).map((other) => ({ op: 'replace', path: at, value: other })),
        { op: 'remove', path: at },
        { op: 'add', path: '/data/foreign', value: 'x' },
      ];
      for (const operation of operations) {
        const contentType = 'application/json-patch+json';
        const { status } = await admin.send({ method: 'PATCH', path, body: [operation], contentType });
        // 400: no ConfigMap at all.
        expect([400, 422]).toContain(status);
      }
    }
    expect((await admin.object({ path })).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  }
});

test('a namespace that someone deletes comes back with all that was in it', async () => {
  const path = '/api/v1/namespaces/tenant-by-ingress';
  const all = await targets();
  await using runner = await startTestRunner(plane());
  await runner.settled();
  await plane().admin.ok({ method: 'DELETE', path });
  const inside = all.filter((target) => target.path === path || target.path.includes('/namespaces/tenant-by-ingress/'));
  await expectRepair(inside.map(({ before }) => before));
});

test('what is no concern of ours costs no request and stays: label, annotation, status, same values, a restart', async () => {
  const { admin, audit } = plane();
  await using runner = await startTestRunner(plane());
  await runner.settled();
  const all = await targets();
  await untilPodsAreMade(all);
  await runner.settled();
  const quiet = await audit.during(async () => {
    await Promise.all(all.map((target) => writeHarmlessly(admin, target)));
    await untilSeen(markers(all));
    await runner.settled();
  });
  expect(requestsOf(quiet)).toEqual(markers(all).flatMap(repairOf).sort());
  for (const { path } of all) {
    const { labels, annotations } = (await admin.object({ path })).metadata;
    expect({ path, label: labels?.['foreign'], note: annotations?.['example.com/note'] }).toEqual({
      path,
      label: 'yes',
      note: 'mine',
    });
  }

  const sets = all.filter(({ wanted }) => wanted.kind === 'StatefulSet');
  const restarted = await audit.during(async () => {
    await Promise.all(sets.map((target) => restartRollout(admin, target)));
    await untilSeen(markers(sets));
    await runner.settled();
  });
  // That pods are rolled is told in the tenants' status.
  const beyondStatus = requestsOf(restarted).filter((line) => !line.includes('tenantgateways/status'));
  expect(beyondStatus).toEqual(markers(sets).flatMap(repairOf).sort());
  for (const { path } of sets) {
    const { spec } = (await admin.object({ path })) as unknown as { spec: { template: { metadata: object } } };
    expect(spec.template.metadata).toMatchObject({
      annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' },
    });
  }
});

/** Of a namespace that has just come back they are made one after the other, and each is told in the tenant's status. */
async function untilPodsAreMade(all: readonly Target[]): Promise<void> {
  for (const { path } of all.filter(({ wanted }) => wanted.kind === 'StatefulSet')) {
    await eventually(
      async () => {
        const { metadata, spec, status } = (await plane().admin.object({ path })) as TestObject & Workload;
        return status.observedGeneration === metadata.generation && status.replicas === spec.replicas;
      },
      () => `${path} has not all of its pods`,
    );
  }
}

interface Workload {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly observedGeneration?: number; readonly replicas?: number };
}

/** One object of each kind: when a change of ours to it is repaired, everything before it in that kind's watch was seen. */
function markers(all: readonly Target[]): Target[] {
  return [...new Map(all.map((target) => [target.wanted.kind, target])).values()];
}

async function untilSeen(marked: readonly Target[]): Promise<void> {
  const label = 'app.kubernetes.io/part-of';
  const { admin } = plane();
  await Promise.all(
    marked.map(({ path }) => mergePatch(plane(), path, { metadata: { labels: { [label]: 'someone-else' } } })),
  );
  const end = performance.now() + patience * 1000;
  for (const { path } of marked) {
    while ((await admin.object({ path })).metadata.labels?.[label] !== 'cellwright') {
      if (performance.now() > end) throw new Error(`${path}: the label is not set back`);
      await sleep(50);
    }
  }
}

function repairOf({ wanted }: Target): string[] {
  const { plural } = kindOf(wanted);
  const isReadFirst = wanted.kind === 'Namespace' || wanted.kind === 'ConfigMap';
  return [...(isReadFirst ? ['get'] : []), 'patch'].map((verb) => `${verb} ${plural} ${wanted.metadata.name}`);
}

function requestsOf(requests: readonly AuditRequest[]): string[] {
  return requests
    .filter(({ userAgent, verb, resource }) => userAgent === agent && verb !== 'watch' && resource !== 'events')
    .map(({ verb, resource, name }) => `${verb} ${resource} ${name}`)
    .sort();
}

test('none of it was denied to the account of the runner', async () => {
  const requests = await plane().audit.since(begin);
  expect(
    requests
      .filter(({ userAgent, status }) => userAgent === agent && status === 403)
      .map(({ verb, resource, name }) => `${verb} ${resource} ${name}`),
  ).toEqual([]);
});
