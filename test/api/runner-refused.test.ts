/** A tenant whose spec is refused: what was applied is held, and not changed. */
import { expect, test } from '@jest/globals';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import { condition, eventually, isObserved, mergePatch, ours, tenant, tenantWhen } from './support/running-fleet.ts';
import { startWithTenant } from './support/settled-tenant.ts';
import type { Live } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const policies = '/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies';
const wall = `${policies}/default-deny`;
const statefulSet = '/apis/apps/v1/namespaces/tenant-acme/statefulsets/gateway';
const opened = { spec: { egress: [{}] } };

const runner = runnerOfFile(plane, (its) => startWithTenant(its, 'acme'));

interface Found {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly spec: unknown;
}

async function read(path: string): Promise<Found> {
  return (await plane().admin.ok({ path })).body as Found;
}

async function isAgain(path: string, { spec }: Found): Promise<boolean> {
  const { status, body } = await plane().admin.send({ path });
  return status === 200 && JSON.stringify((body as Found).spec) === JSON.stringify(spec);
}

const isRefused = (live: Live): boolean => condition(live, 'Stalled')?.reason === 'ProfileMissing';

/** Refuses the tenant for what it says now; the memory that it asks for as well must reach nothing. */
async function refuse(): Promise<Live> {
  const spec = { profile: 'none', resources: { memory: '1100Mi', memoryLimit: '2Gi' } };
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec });
  return tenantWhen(plane(), 'acme', (_status, live) => isRefused(live));
}

test('what others change of a refused tenant is set back, told in an Event, and costs no write of status', async () => {
  const [wallBefore, workloadBefore] = [await read(wall), await read(statefulSet)];
  const refused = await refuse();
  expect(isObserved(refused.status, refused)).toBe(true);
  await runner.settled();
  const { metadata } = await tenant(plane(), 'acme');

  const requests = await plane().audit.during(async () => {
    await plane().admin.ok({
      method: 'PATCH',
      path: `${wall}?fieldManager=wide-open`,
      body: opened,
      contentType: 'application/merge-patch+json',
    });
    await eventually(async () => isAgain(wall, wallBefore));
    const variable = { name: 'gateway', env: [{ name: 'LD_PRELOAD', value: '/tmp/x.so' }] };
    await plane().admin.ok({
      method: 'PATCH',
      path: `${statefulSet}?fieldManager=intruder`,
      body: { spec: { template: { spec: { containers: [variable] } } } },
      contentType: 'application/strategic-merge-patch+json',
    });
    await eventually(async () => isAgain(statefulSet, workloadBefore));
    await runner.settled();
  });
  const told = requests.filter(({ userAgent, resource }) => userAgent === agent && resource === 'events');
  expect(told).toHaveLength(2);
  const after = await tenant(plane(), 'acme');
  expect(after.metadata.resourceVersion).toBe(metadata.resourceVersion);
  expect([isRefused(after), condition(after, 'Degraded')?.reason]).toEqual([true, 'LeftAsItIs']);
});

test('what others take of a refused tenant, or add to it, is set back too', async () => {
  const before = await read(wall);
  const labels = { 'cellwright.dev/tenant': 'acme' };
  const added = { ...before, metadata: { name: 'open', labels }, spec: { podSelector: {}, egress: [{}] } };
  await plane().admin.ok({ method: 'POST', path: policies, body: added });
  await plane().admin.ok({ method: 'DELETE', path: wall });
  await eventually(async () => isAgain(wall, before));
  await eventually(async () => (await plane().admin.send({ path: `${policies}/open` })).status === 404);
  expect((await read(wall)).metadata.uid).not.toBe(before.metadata.uid);
  await runner.settled();
});

test('after a restart what differs is told and left alone, until the spec is accepted', async () => {
  const before = await read(wall);
  await runner.stop();
  await plane().admin.ok({
    method: 'PATCH',
    path: `${wall}?fieldManager=wide-open`,
    body: opened,
    contentType: 'application/merge-patch+json',
  });
  const enforce = 'pod-security.kubernetes.io/enforce';
  const namespace = '/api/v1/namespaces/tenant-acme';
  await mergePatch(plane(), namespace, { metadata: { labels: { [enforce]: 'privileged' } } });
  await runner.startAnew();
  const told = await tenantWhen(plane(), 'acme', (_status, live) => condition(live, 'Degraded')?.reason === 'Drift');
  expect(condition(told, 'Degraded')?.message).toBe(
    'not as it was applied last, and set back only when the spec is accepted: ' +
      'Namespace/tenant-acme has other Pod Security labels than any that we set | ' +
      'NetworkPolicy.networking.k8s.io/tenant-acme/default-deny was changed, last by "wide-open"',
  );
  expect(isRefused(told)).toBe(true);
  await runner.settled();
  expect(await isAgain(wall, before)).toBe(false);

  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { profile: null } });
  await eventually(async () => isAgain(wall, before));
  expect((await plane().admin.ok({ path: namespace })).body).toMatchObject({
    metadata: { labels: { [enforce]: 'restricted' } },
  });
  await tenantWhen(
    plane(),
    'acme',
    (status, live) => isObserved(status, live) && condition(live, 'Degraded')?.status === 'False',
  );
});

test('a namespace that is not proven to be ours is not held', async () => {
  await refuse();
  await runner.settled();
  const path = ours('TenantGateway', 'acme');
  await mergePatch(plane(), path, { metadata: { annotations: { 'cellwright.dev/paused': 'true' } } });
  await tenantWhen(plane(), 'acme', (_status, live) => condition(live, 'Stalled')?.reason === 'Paused');
  const organization = { 'cellwright.dev/organization': 'rivals' };
  await mergePatch(plane(), '/api/v1/namespaces/tenant-acme', { metadata: { labels: organization } });
  await mergePatch(plane(), `${path}/status`, { status: { applied: null } });
  await plane().admin.ok({ method: 'DELETE', path: wall });
  await runner.settled();

  const requests = await plane().audit.during(async () => {
    await mergePatch(plane(), path, { metadata: { annotations: { 'cellwright.dev/paused': null } } });
    await tenantWhen(plane(), 'acme', (_status, live) => isRefused(live));
    await runner.settled();
  });
  const writes = requests.filter(({ userAgent, verb }) => userAgent === agent && !['get', 'watch'].includes(verb));
  expect(writes.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(['patch tenantgateways/status']);
});
