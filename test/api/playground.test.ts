import { expect, test } from '@jest/globals';
import { kubernetesVersion } from '../../playground/binaries/components.ts';
import { countRequests } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { eventually, listenersOf, processesWith } from './support/processes.ts';

const plane = controlPlaneOfFile();

test('the playground is the pinned Kubernetes, with Pod Security that refuses and controllers that work, and without a node', async () => {
  const { admin } = plane();
  expect((await admin.ok({ path: '/version' })).body).toMatchObject({ gitVersion: `v${kubernetesVersion}` });
  expect(await admin.list('/api/v1/nodes')).toStrictEqual([]);
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await admin.apply('/api/v1/namespaces/walled', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'walled', labels },
  });
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'root' },
    spec: { containers: [{ name: 'a', image: 'a' }] },
  };
  // The controller manager makes the ServiceAccount that a pod needs, and takes the namespace away at the end.
  const account = { path: '/api/v1/namespaces/walled/serviceaccounts/default' };
  await eventually(
    () => admin.send(account),
    ({ status }) => status === 200,
  );
  const refusal = await admin.send({ method: 'POST', path: '/api/v1/namespaces/walled/pods', body: pod });
  expect(refusal).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
  expect(JSON.stringify(refusal.body)).toContain('violates PodSecurity');
  await admin.ok({ method: 'DELETE', path: '/api/v1/namespaces/walled' });
  await eventually(
    () => admin.send({ path: '/api/v1/namespaces/walled' }),
    ({ status }) => status === 404,
  );
});

test('nothing of the playground listens anywhere but on loopback, and etcd on no port at all', () => {
  const pids = processesWith(plane().dir).map(({ pid }) => pid);
  expect(pids).toHaveLength(4);
  expect(listenersOf(pids)).toStrictEqual([new URL(plane().server).host]);
});

test('the audit log tells how often each user agent asked for what', async () => {
  const { audit, client } = plane();
  const agent = client({ userAgent: 'counted/1.0 (test)' });
  const requests = await audit.during(async () => {
    await agent.ok({ path: '/api/v1/namespaces' });
    await agent.ok({ path: '/api/v1/namespaces/default' });
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'counted' }, data: { a: 'b' } };
    await agent.ok({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body });
  });
  expect(countRequests(requests).get('counted/1.0')).toStrictEqual({
    total: 3,
    reads: 2,
    watches: 0,
    writes: 1,
    byWhat: { 'list namespaces': 1, 'get namespaces': 1, 'create configmaps': 1 },
  });
  const silence = await audit.during(() => Promise.resolve());
  expect(silence.filter(({ userAgent }) => userAgent.startsWith('counted'))).toStrictEqual([]);
});

test('a ServiceAccount with a real token may do only what RBAC grants it', async () => {
  const { serviceAccount } = plane();
  const account = await serviceAccount('default', 'default');
  expect(await account.send({ path: '/api/v1/namespaces' })).toMatchObject({ status: 403 });
  expect(await account.send({ path: '/version' })).toMatchObject({ status: 200 });
});
