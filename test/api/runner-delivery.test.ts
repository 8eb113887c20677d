import { expect, test } from '@jest/globals';
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import type { AuditRequest } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { applyAs, renderedObjects } from './support/rendered-tenant.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import {
  condition,
  createObject,
  eventually,
  isObserved,
  makePodReady,
  mergePatch,
  ours,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const rendered: TenantGatewaySpec = {
  delivery: 'Rendered',
  access: { tokenSecretRef: { name: 'gateway-token', key: 'token' } },
};
const runner = runnerOfFile(plane);

function writesOf(requests: readonly AuditRequest[], name: string): string[] {
  return requests
    .filter(({ userAgent, verb }) => userAgent === agent && !['get', 'list', 'watch'].includes(verb))
    .filter((request) => request.name === name || request.namespace === `tenant-${name}`)
    .map(({ verb, resource }) => `${verb} ${resource}`);
}

test('a Rendered tenant gets nothing but its status, which follows what Git applied', async () => {
  const requests = await plane().audit.during(async () => {
    await createObject(plane(), 'TenantGateway', { name: 'git', spec: rendered });
    const waiting = await tenantWhen(plane(), 'git', isObserved);
    expect(condition(waiting, 'Ready')).toMatchObject({ status: 'False', reason: 'NotApplied' });
    expect(condition(waiting, 'Ready')?.message).toContain('Namespace/tenant-git');
    for (const object of renderedObjects('git', rendered)) await applyAs(plane(), 'git', object);
    await tenantWhen(plane(), 'git', ({ conditions }) => conditions?.[0]?.reason === 'NotReady');
    await makePodReady(plane(), 'git');
    const ready = await tenantWhen(plane(), 'git', ({ conditions }) => conditions?.[0]?.status === 'True');
    expect(ready.metadata.finalizers).toBeUndefined();
    expect(ready.status.tokenSecretName).toBeUndefined();
    await runner.settled();
  });
  expect(new Set(writesOf(requests, 'git'))).toEqual(new Set(['patch tenantgateways/status']));
});

test('drift of a Rendered tenant is Git’s to repair', async () => {
  const path = '/api/v1/namespaces/tenant-git/services/gateway';
  const requests = await plane().audit.during(async () => {
    await plane().admin.ok({ method: 'DELETE', path });
    const missing = await tenantWhen(plane(), 'git', ({ conditions }) => conditions?.[0]?.status === 'False');
    expect(condition(missing, 'Ready')).toMatchObject({
      reason: 'Drift',
      message: 'not as the spec asks, for Git to set back: Service/tenant-git/gateway: removed',
    });
    await runner.settled();
  });
  expect((await plane().admin.send({ path })).status).toBe(404);
  expect(new Set(writesOf(requests, 'git'))).toEqual(new Set(['patch tenantgateways/status']));
});

test('a paused tenant is left as it is, deletion included, until it is not paused any more', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'held' });
  await tenantWhen(plane(), 'held', isObserved);
  await runner.settled();
  const service = '/api/v1/namespaces/tenant-held/services/gateway';
  const pause = (value: string | null): Promise<void> =>
    mergePatch(plane(), ours('TenantGateway', 'held'), {
      metadata: { annotations: { 'cellwright.dev/paused': value } },
    });
  const requests = await plane().audit.during(async () => {
    await pause('while we look at it');
    await tenantWhen(plane(), 'held', ({ conditions }) => conditions?.[0]?.reason === 'Paused');
    await plane().admin.ok({ method: 'DELETE', path: service });
    await mergePatch(plane(), ours('TenantGateway', 'held'), { spec: { state: 'Stopped' } });
    await plane().admin.ok({ method: 'DELETE', path: ours('TenantGateway', 'held') });
    // Another tenant goes through the same queue meanwhile.
    await createObject(plane(), 'TenantGateway', { name: 'other' });
    await tenantWhen(plane(), 'other', isObserved);
    await runner.settled();
  });
  expect(new Set(writesOf(requests, 'held'))).toEqual(new Set(['patch tenantgateways/status']));
  const held = await tenant(plane(), 'held');
  expect(held.status.observedGeneration).toBe(1);
  await pause('false');
  await eventually(async () => (await plane().admin.send({ path: ours('TenantGateway', 'held') })).status === 404);
});

test('stopping takes the pods and keeps the rest; starting brings them back', async () => {
  const replicas = async (): Promise<number> =>
    (
      (await plane().admin.ok({ path: '/apis/apps/v1/namespaces/tenant-other/statefulsets/gateway' })).body as {
        spec: { replicas: number };
      }
    ).spec.replicas;
  await mergePatch(plane(), ours('TenantGateway', 'other'), { spec: { state: 'Stopped' } });
  await tenantWhen(plane(), 'other', ({ conditions }) => conditions?.[0]?.reason === 'Stopped');
  expect(await replicas()).toBe(0);
  await mergePatch(plane(), ours('TenantGateway', 'other'), { spec: { state: 'Running' } });
  await tenantWhen(
    plane(),
    'other',
    (status, live) => isObserved(status, live) && status.conditions?.[0]?.reason === 'NotReady',
  );
  expect(await replicas()).toBe(1);
});

test('a tenant that goes from Managed to Rendered keeps its objects and loses our finalizer', async () => {
  const before = await tenant(plane(), 'other');
  expect(before.metadata.finalizers).toContain('cellwright.dev/cell');
  await mergePatch(plane(), ours('TenantGateway', 'other'), { spec: rendered });
  const after = await tenantWhen(plane(), 'other', isObserved);
  expect(after.metadata.finalizers).toBeUndefined();
  expect(
    (await plane().admin.send({ path: '/apis/apps/v1/namespaces/tenant-other/statefulsets/gateway' })).status,
  ).toBe(200);
});

test('a tenant against its profile’s ceilings is refused with the field, and what runs stays', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'greedy' });
  await tenantWhen(plane(), 'greedy', isObserved);
  await mergePatch(plane(), ours('TenantGateway', 'greedy'), { spec: { resources: { memoryLimit: '999Gi' } } });
  const refused = await tenantWhen(plane(), 'greedy', isObserved);
  expect(condition(refused, 'Stalled')).toMatchObject({ status: 'True', reason: 'Invalid' });
  expect(condition(refused, 'Ready')?.message).toContain('spec.resources.memoryLimit');
  expect(
    (await plane().admin.send({ path: '/apis/apps/v1/namespaces/tenant-greedy/statefulsets/gateway' })).status,
  ).toBe(200);
});

test('a profile that appears lets its tenants go on at once', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'early', spec: { profile: 'late' } });
  const refused = await tenantWhen(plane(), 'early', isObserved);
  expect(condition(refused, 'Ready')?.reason).toBe('ProfileMissing');
  await createObject(plane(), 'GatewayProfile', { name: 'late' });
  await tenantWhen(plane(), 'early', ({ conditions }) => conditions?.[0]?.reason === 'NotReady');
});

test('a tenant of a fleet extension is refused by a runner without it', async () => {
  const annotations = { 'cellwright.dev/extension': 'abc123' };
  await createObject(plane(), 'TenantGateway', { name: 'extended', annotations });
  const refused = await tenantWhen(plane(), 'extended', isObserved);
  expect(condition(refused, 'Stalled')).toMatchObject({ status: 'True', reason: 'ExtensionMissing' });
  expect((await plane().admin.send({ path: '/api/v1/namespaces/tenant-extended' })).status).toBe(404);
});
