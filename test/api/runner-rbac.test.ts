/** The runner's whole work with its own token, its own rights and the walls around its account: nothing that it needs is denied. */
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { platformNames } from '../../constructs/platform/labels.ts';
import { readFleet } from '../../files/read/read-fleet.ts';
import { installOptionalKinds } from '../fault/support/optional-kinds.ts';
import { runnerAgent } from './support/audit-log.ts';
import { claimOf } from './support/cell-objects.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { additionsTo, forge } from './support/forged-additions.ts';
import { installPlatform } from './support/installed-platform.ts';
import {
  createObject,
  deleteTenant,
  eventually,
  isObserved,
  makePodReady,
  mergePatch,
  ours,
  startTestRunner,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';
import type { TestRunner } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const { namespace, lease } = platformNames;
const kept = '/api/v1/namespaces/tenant-kept';

beforeAll(async () => {
  await installPlatform(plane());
  await plane().admin.ok({
    method: 'POST',
    path: '/apis/storage.k8s.io/v1/storageclasses',
    body: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'elastic' },
      provisioner: 'example.com/none',
      allowVolumeExpansion: true,
    },
  });
});

test('the runner does all of its work with exactly the rights that the platform gives it', async () => {
  const requests = await plane().audit.during(async () => {
    await using runner = await startTestRunner(plane(), { election: { namespace, name: lease } });
    // Defined while it runs: it has to be told, since it asks no more for what is not there.
    await installOptionalKinds(plane());
    await applyFleet();
    await createObject(plane(), 'TenantGateway', {
      name: 'kept',
      spec: { access: { ingress: { host: host('kept') } } },
    });
    await createObject(plane(), 'TenantGateway', {
      name: 'routed',
      spec: { access: { httpRoute: { host: host('routed'), gateway: { name: 'edge', namespace: 'infra' } } } },
    });
    await createObject(plane(), 'TenantGateway', { name: 'gone', spec: { deletionPolicy: 'Delete' } });
    for (const name of ['kept', 'routed', 'gone', 'starter', 'acme-support'])
      await tenantWhen(plane(), name, isObserved);
    await drift(runner);
    await intrude(runner);
    await makeServiceAnew(runner);
    await rotateToken();
    await growVolume();
    for (const name of ['kept', 'routed']) await changeDelivery(name);
    for (const kind of ['HTTPRoute', 'PodMonitor']) {
      await eventually(async () => (await runner.metric(`cellwright_lists_total{kind="${kind}"}`)) === 1);
    }
    await closeAccess(runner);
    await comeAndGo(runner);
  });
  const own = requests.filter(({ userAgent }) => userAgent.startsWith(runnerAgent));
  expect(new Set(own.map(({ user }) => user))).toEqual(
    new Set([`system:serviceaccount:${namespace}:${platformNames.runner}`]),
  );
  expect(own.filter(({ status }) => status === 403).map(({ verb, uri }) => `${verb} ${uri}`)).toEqual([]);
  const done = new Set(own.filter(({ status }) => status < 300).map(({ verb, resource }) => `${verb} ${resource}`));
  for (const what of [
    'create secrets',
    'patch statefulsets',
    'delete ingresses',
    'delete namespaces',
    'create leases',
    'get namespaces',
    'create events',
    'patch persistentvolumeclaims',
    'delete services',
    'patch tenantgateways',
  ]) {
    expect(done).toContain(what);
  }
  expect([...done].filter((what) => what.endsWith(' secrets'))).toEqual(['create secrets']);
});

const host = (name: string): string => `${name}.agents.example.com`;

/** The example fleet, as Git brings it; monitored. */
async function applyFleet(): Promise<void> {
  const { profiles, bundles, tenants, problems } = readFleet('fleet');
  expect(problems).toEqual([]);
  for (const { kind, name, value } of [...profiles, ...bundles, ...tenants]) {
    await plane().admin.apply(ours(kind, name), value);
  }
  await mergePatch(plane(), ours('GatewayProfile', 'default'), { spec: { monitoring: { podMonitor: true } } });
}

/** An object that goes, labels that are lost, and a field that is invalid together with ours: that object is replaced. */
async function drift(runner: TestRunner): Promise<void> {
  await runner.settled();
  const budget = '/apis/policy/v1/namespaces/tenant-kept/poddisruptionbudgets/gateway';
  await mergePatch(plane(), budget, { spec: { maxUnavailable: null, minAvailable: 1 } });
  const [config] = await plane().admin.list(`${kept}/configmaps?labelSelector=cellwright.dev/tenant`);
  const map = `${kept}/configmaps/${config?.metadata.name ?? ''}`;
  await mergePatch(plane(), map, { metadata: { labels: { 'cellwright.dev/tenant': null } } });
  const service = `${kept}/services/gateway`;
  await plane().admin.ok({ method: 'DELETE', path: service });
  await mergePatch(plane(), kept, { metadata: { labels: { 'cellwright.dev/tenant': null } } });
  await eventually(
    async () =>
      (await plane().admin.send({ path: service })).status === 200 &&
      (await plane().admin.object({ path: kept })).metadata.labels?.['cellwright.dev/tenant'] === 'kept' &&
      (await plane().admin.object({ path: map })).metadata.labels?.['cellwright.dev/tenant'] === 'kept' &&
      !JSON.stringify(await plane().admin.object({ path: budget })).includes('"minAvailable":1'),
  );
  await runner.settled();
}

async function pause(name: string, value: 'true' | null): Promise<void> {
  await mergePatch(plane(), ours('TenantGateway', name), {
    metadata: { annotations: { 'cellwright.dev/paused': value } },
  });
  const isPaused = value !== null;
  await tenantWhen(plane(), name, ({ conditions }) => (conditions?.[0]?.reason === 'Paused') === isPaused);
}

/** Additions that the walls would not let the runner make: it must be able to take them out, whoever hides behind them. */
async function intrude(runner: TestRunner): Promise<void> {
  const { HTTPRoute: _none, ...onKept } = additionsTo('kept');
  const { HTTPRoute: onRouted } = additionsTo('routed');
  const additions = [...Object.values(onKept), ...(onRouted === undefined ? [] : [onRouted])];
  const specs = (): Promise<unknown[]> =>
    Promise.all(additions.map(async ({ path }) => (await plane().admin.object({ path }))['spec']));
  const before = await specs();
  for (const name of ['kept', 'routed']) await pause(name, 'true');
  for (const addition of additions) await forge(plane(), addition);
  for (const name of ['kept', 'routed']) await pause(name, null);
  await eventually(async () => isDeepStrictEqual(await specs(), before));
  await runner.settled();
}

/** Somebody puts another Service in the place of the headless one: what is wanted cannot be written over it. */
async function makeServiceAnew(runner: TestRunner): Promise<void> {
  const path = `${kept}/services/gateway-pods`;
  await pause('kept', 'true');
  const { metadata, spec } = await plane().admin.object({ path });
  await plane().admin.ok({ method: 'DELETE', path });
  const { clusterIP: _none, clusterIPs: _list, ...others } = spec as Record<string, unknown>;
  await plane().admin.ok({
    method: 'POST',
    path: `${kept}/services`,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: metadata.name, labels: metadata.labels },
      spec: others,
    },
  });
  await pause('kept', null);
  await runner.settled();
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path });
    return status === 200 && (body as { spec: { clusterIP: string } }).spec.clusterIP === 'None';
  });
}

async function rotateToken(): Promise<void> {
  const before = (await tenant(plane(), 'kept')).status.tokenSecretName;
  await mergePatch(plane(), ours('TenantGateway', 'kept'), {
    metadata: { annotations: { 'cellwright.dev/rotate-token': '1' } },
  });
  await tenantWhen(plane(), 'kept', ({ tokenSecretName }) => tokenSecretName !== before);
}

/** The claim grows, and the StatefulSet is made anew for its template. */
async function growVolume(): Promise<void> {
  const storage = { size: '2Gi', className: 'elastic' };
  await createObject(plane(), 'TenantGateway', { name: 'grown', spec: { storage } });
  await tenantWhen(plane(), 'grown', isObserved);
  const { metadata } = await claimOf(plane(), 'grown');
  await plane().admin.ok({
    method: 'POST',
    path: '/api/v1/persistentvolumes',
    body: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'grown-0' },
      spec: {
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'elastic',
        hostPath: { path: '/none' },
        claimRef: { namespace: 'tenant-grown', name: metadata.name },
      },
    },
  });
  await makePodReady(plane(), 'grown');
  await tenantWhen(plane(), 'grown', ({ conditions }) => conditions?.[0]?.status === 'True');
  await mergePatch(plane(), ours('TenantGateway', 'grown'), { spec: { storage: { size: '3Gi' } } });
  await eventually(async () => {
    const { spec } = (await claimOf(plane(), 'grown')) as unknown as {
      spec: { resources: { requests: { storage: string } } };
    };
    return spec.resources.requests.storage === '3Gi';
  });
  await tenantWhen(
    plane(),
    'grown',
    (status, live) => isObserved(status, live) && status.conditions?.[0]?.status === 'True',
  );
}

/** To Git and back: the finalizer goes and comes, the objects are taken over. */
async function changeDelivery(name: string): Promise<void> {
  const deliver = async (spec: unknown): Promise<void> => {
    await mergePatch(plane(), ours('TenantGateway', name), { spec });
    await tenantWhen(plane(), name, isObserved);
  };
  await deliver({ delivery: 'Rendered', access: { tokenSecretRef: { name: 'own-token', key: 'token' } } });
  await deliver({ delivery: 'Managed', access: { tokenSecretRef: null } });
}

/** Parts that are not wanted any more. */
async function closeAccess(runner: TestRunner): Promise<void> {
  await mergePatch(plane(), ours('TenantGateway', 'kept'), { spec: { access: { ingress: null } } });
  await mergePatch(plane(), ours('TenantGateway', 'routed'), { spec: { access: { httpRoute: null } } });
  await mergePatch(plane(), ours('GatewayProfile', 'default'), { spec: { monitoring: { podMonitor: false } } });
  const { Ingress, PodMonitor } = additionsTo('kept');
  const { HTTPRoute } = additionsTo('routed');
  for (const { path = '' } of [Ingress ?? {}, PodMonitor ?? {}, HTTPRoute ?? {}] as { path?: string }[])
    await eventually(async () => (await plane().admin.send({ path })).status === 404);
  await runner.settled();
}

/** Deleted with and without the data; the one that was retained comes back. */
async function comeAndGo(runner: TestRunner): Promise<void> {
  for (const name of ['kept', 'gone']) {
    await deleteTenant(plane(), name);
    await eventually(async () => (await plane().admin.send({ path: ours('TenantGateway', name) })).status === 404);
  }
  await createObject(plane(), 'TenantGateway', { name: 'kept' });
  await tenantWhen(plane(), 'kept', isObserved);
  await runner.settled();
}
