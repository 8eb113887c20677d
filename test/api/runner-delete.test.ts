import { expect, test } from '@jest/globals';
import { cellKinds } from '../../runner/fleet/kinds.ts';
import { collectionPath } from '../../runner/kube/resource.ts';
import type { TestObject } from './support/api-client.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import {
  condition,
  createObject,
  deleteTenant,
  eventually,
  isObserved,
  mergePatch,
  ours,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';
import { untilTold } from './support/told-events.ts';

const plane = controlPlaneOfFile();
const runner = runnerOfFile(plane);

async function deployed(name: string, spec: object): Promise<string> {
  await createObject(plane(), 'TenantGateway', { name, spec });
  return (await tenantWhen(plane(), name, isObserved)).status.tokenSecretName ?? '';
}

async function isGone(path: string): Promise<boolean> {
  return (await plane().admin.send({ path })).status === 404;
}

const isTenantGone = (name: string): Promise<boolean> => isGone(ours('TenantGateway', name));

/** Kinds of the objects that carry a tenant's label, anywhere. */
async function kindsLeft(name: string): Promise<string[]> {
  const lists = cellKinds
    .filter(({ optional }) => optional !== true)
    .map(async (resource) => {
      const path = `${collectionPath(resource)}?labelSelector=cellwright.dev/tenant%3D${name}`;
      const { items } = (await plane().admin.ok({ path })).body as { items: unknown[] };
      return items.map(() => resource.kind);
    });
  return (await Promise.all(lists)).flat();
}

/** Path of the claim that the StatefulSet made for its first pod. */
async function claimOf(name: string): Promise<string> {
  const path = `/api/v1/namespaces/tenant-${name}/persistentvolumeclaims`;
  let claim = '';
  await eventually(async () => {
    const { items } = (await plane().admin.ok({ path })).body as { items: { metadata: { name: string } }[] };
    claim = items[0]?.metadata.name ?? '';
    return claim !== '';
  });
  return `${path}/${claim}`;
}

async function uidOf(path: string): Promise<string> {
  return ((await plane().admin.ok({ path })).body as { metadata: { uid: string } }).metadata.uid;
}

const paused = (value: string | null): object => ({ metadata: { annotations: { 'cellwright.dev/paused': value } } });

async function pause(name: string): Promise<void> {
  await mergePatch(plane(), ours('TenantGateway', name), paused('yes'));
  await tenantWhen(plane(), name, (_status, live) => condition(live, 'Ready')?.reason === 'Paused');
}

test('what lost its label before it was removed goes all the same, and with its walls around it', async () => {
  await deployed('unlabelled', { deletionPolicy: 'Delete' });
  const own = ours('TenantGateway', 'unlabelled');
  await pause('unlabelled');
  const set = '/apis/apps/v1/namespaces/tenant-unlabelled/statefulsets/gateway';
  for (const path of [set, '/api/v1/namespaces/tenant-unlabelled']) {
    await mergePatch(plane(), path, { metadata: { labels: { 'cellwright.dev/tenant': null } } });
  }
  await deleteTenant(plane(), 'unlabelled');
  await mergePatch(plane(), own, paused(null));
  await eventually(() => isTenantGone('unlabelled'));
  expect([await isGone(set), await isGone('/api/v1/namespaces/tenant-unlabelled')]).toEqual([true, true]);
});

test('a workload that lost its label goes before its walls also where no record names it', async () => {
  await deployed('unrecorded', {});
  const own = ours('TenantGateway', 'unrecorded');
  await pause('unrecorded');
  const set = '/apis/apps/v1/namespaces/tenant-unrecorded/statefulsets/gateway';
  await mergePatch(plane(), set, { metadata: { labels: { 'cellwright.dev/tenant': null } } });
  await mergePatch(plane(), `${own}/status`, { status: { applied: 'cut o' } });
  await runner.startAnew();
  await deleteTenant(plane(), 'unrecorded');
  await mergePatch(plane(), own, paused(null));
  await eventually(() => isTenantGone('unrecorded'));
  expect([await isGone(set), await kindsLeft('unrecorded')]).toEqual([true, ['Namespace']]);
});

test('with Retain, workload, walls and access go; namespace, volumes and token stay', async () => {
  const token = await deployed('kept', { access: { ingress: { host: 'kept.example.com' } } });
  const claim = await claimOf('kept');
  await deleteTenant(plane(), 'kept');
  await eventually(() => isTenantGone('kept'));
  expect(await kindsLeft('kept')).toEqual(['Namespace']);
  expect(await isGone(claim)).toBe(false);
  expect(await isGone(`/api/v1/namespaces/tenant-kept/secrets/${token}`)).toBe(false);
  expect(await isGone('/api/v1/namespaces/tenant-kept/pods/gateway-0')).toBe(true);
});

test('the walls stay until the last pod is gone', async () => {
  await deployed('walled', {});
  const pod = '/api/v1/namespaces/tenant-walled/pods/gateway-0';
  await eventually(async () => !(await isGone(pod)));
  await mergePatch(plane(), pod, { metadata: { finalizers: ['example.com/busy'] } });
  await deleteTenant(plane(), 'walled');
  const live = await tenantWhen(plane(), 'walled', ({ conditions }) => conditions?.[0]?.reason === 'Deleting');
  expect(condition(live, 'Ready')?.message).toContain('StatefulSet.apps/tenant-walled/gateway');
  await runner.settled();
  expect(await kindsLeft('walled')).toEqual(expect.arrayContaining(['NetworkPolicy', 'StatefulSet']));
  await mergePatch(plane(), pod, { metadata: { finalizers: null } });
  await eventually(() => isTenantGone('walled'));
  expect(await kindsLeft('walled')).toEqual(['Namespace']);
});

test('a retained namespace goes back to the same organization, data and all', async () => {
  const claim = await uidOf(await claimOf('kept'));
  await deployed('kept', {});
  const live = await tenant(plane(), 'kept');
  expect(condition(live, 'Stalled')?.status).toBe('False');
  expect(await kindsLeft('kept')).toContain('StatefulSet');
  expect(await uidOf(await claimOf('kept'))).toBe(claim);
});

test('with Delete, everything goes', async () => {
  await deployed('gone', { deletionPolicy: 'Delete' });
  const before = await plane().admin.ok({ path: '/api/v1/namespaces/tenant-gone' });
  expect(before.status).toBe(200);
  await deleteTenant(plane(), 'gone');
  await eventually(() => isTenantGone('gone'));
  await eventually(() => isGone('/api/v1/namespaces/tenant-gone'));
});

test('with Delete, what others keep in the namespace is named, and everything goes by itself once they let it go', async () => {
  await deployed('shared', { deletionPolicy: 'Delete' });
  const maps = '/api/v1/namespaces/tenant-shared/configmaps';
  const metadata = { name: 'theirs', finalizers: ['example.com/mine'] };
  await plane().admin.ok({ method: 'POST', path: maps, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata } });
  await deleteTenant(plane(), 'shared');
  const waiting = await tenantWhen(
    plane(),
    'shared',
    ({ conditions }) => conditions?.[0]?.message.includes('example.com/mine') === true,
  );
  expect(condition(waiting, 'Ready')).toMatchObject({ status: 'False', reason: 'Deleting' });
  const { message } = condition(waiting, 'Ready') ?? { message: '' };
  expect(message).toMatch(
    /waits for the end of Namespace\/tenant-shared \(objects left: .*configmaps.*; finalizers left: example\.com\/mine/,
  );
  await mergePatch(plane(), `${maps}/theirs`, { metadata: { finalizers: null } });
  await eventually(() => isTenantGone('shared'));
  expect(await isGone('/api/v1/namespaces/tenant-shared')).toBe(true);
});

test('a tenant whose profile is gone and whose spec became invalid can be deleted', async () => {
  await createObject(plane(), 'GatewayProfile', { name: 'brief' });
  await deployed('orphan', { profile: 'brief', deletionPolicy: 'Delete' });
  const profile = ours('GatewayProfile', 'brief');
  await eventually(async () => (await plane().admin.object({ path: profile })).metadata.finalizers !== undefined);
  await plane().admin.ok({ method: 'DELETE', path: profile });
  // Somebody takes off what holds it.
  await mergePatch(plane(), profile, { metadata: { finalizers: null } });
  await mergePatch(plane(), ours('TenantGateway', 'orphan'), { spec: { resources: { memoryLimit: '1Mi' } } });
  const refused = await tenantWhen(plane(), 'orphan', ({ conditions }) => conditions?.[0]?.reason === 'ProfileMissing');
  expect(condition(refused, 'Stalled')?.status).toBe('True');
  expect(await kindsLeft('orphan')).toContain('StatefulSet');
  await deleteTenant(plane(), 'orphan');
  await eventually(() => isTenantGone('orphan'));
});

test('a namespace that someone deletes comes back whole, token included', async () => {
  const token = await deployed('lost', { state: 'Stopped' });
  const path = '/api/v1/namespaces/tenant-lost';
  const uid = await uidOf(path);
  await plane().admin.ok({ method: 'DELETE', path });
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path });
    return status === 200 && (body as TestObject).metadata.uid !== uid;
  });
  await eventually(async () => (await kindsLeft('lost')).includes('StatefulSet'));
  expect(await isGone(`${path}/secrets/${token}`)).toBe(false);
  await tenantWhen(plane(), 'lost', ({ conditions }) => conditions?.[0]?.status === 'True');
});

test.each([
  { what: 'has no label of ours', name: 'bare', labels: undefined, message: /has no label cellwright.dev\/tenant/ },
  {
    what: 'belongs to another tenant',
    name: 'lent',
    labels: { 'cellwright.dev/tenant': 'other' },
    message: /belongs to tenant "other"/,
  },
  {
    what: 'holds another organization’s data',
    name: 'taken',
    labels: { 'cellwright.dev/tenant': 'taken', 'cellwright.dev/organization': 'rivals' },
    message: /organization "rivals"/,
  },
])('a namespace that $what is refused, and not touched when the tenant goes', async ({ name, labels, message }) => {
  const path = `/api/v1/namespaces/tenant-${name}`;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `tenant-${name}`, labels } };
  await plane().admin.ok({ method: 'POST', path: '/api/v1/namespaces', body });
  await plane().admin.ok({
    method: 'POST',
    path: `${path}/configmaps`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', labels }, data: {} },
  });
  // In the place of one of ours, and labelled so.
  const service = { name: 'gateway', labels: { 'cellwright.dev/tenant': name } };
  await plane().admin.ok({
    method: 'POST',
    path: `${path}/services`,
    body: { apiVersion: 'v1', kind: 'Service', metadata: service, spec: { ports: [{ port: 1 }] } },
  });
  await createObject(plane(), 'TenantGateway', { name, spec: { deletionPolicy: 'Delete' } });
  const refused = await tenantWhen(
    plane(),
    name,
    ({ conditions }) => conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True') === true,
  );
  expect(condition(refused, 'Ready')?.message).toMatch(message);
  const { metadata } = (await plane().admin.ok({ path })).body as {
    metadata: { uid: string; resourceVersion: string };
  };
  await deleteTenant(plane(), name);
  await eventually(() => isTenantGone(name));
  const after = (await plane().admin.ok({ path })).body as {
    metadata: { resourceVersion: string; deletionTimestamp?: string };
  };
  expect(after.metadata.resourceVersion).toBe(metadata.resourceVersion);
  expect(await isGone(`${path}/configmaps/theirs`)).toBe(false);
  expect(await isGone(`${path}/services/gateway`)).toBe(false);
});

test('what keeps an object from going is named, and what stays is told with the way back', async () => {
  const name = 'held';
  await deployed(name, {});
  const service = `/api/v1/namespaces/tenant-${name}/services/gateway`;
  await mergePatch(plane(), service, { metadata: { finalizers: ['example.com/mine'] } });
  await deleteTenant(plane(), name);
  const waiting = await tenantWhen(
    plane(),
    name,
    ({ conditions }) => conditions?.[0]?.message.includes('example.com/mine') === true,
  );
  expect(condition(waiting, 'Ready')?.message).toContain(
    `Service/tenant-${name}/gateway (held by finalizer example.com/mine)`,
  );
  await untilTold(plane(), { name, reason: 'DeletionBlocked', note: 'held by finalizer example.com/mine' });
  await mergePatch(plane(), service, { metadata: { finalizers: null } });
  await eventually(() => isTenantGone(name));
  await untilTold(plane(), {
    name,
    reason: 'Deleted',
    note: `namespace tenant-${name} keeps its volumes and token Secret; a TenantGateway`,
  });
});
