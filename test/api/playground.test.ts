import { expect, test } from '@jest/globals';
import { countRequests } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';

const plane = controlPlaneOfFile();

test('the playground serves the pinned Kubernetes version with RBAC, Pod Security and namespaces that really go away', async () => {
  const { admin } = plane();
  expect((await admin.ok({ path: '/version' })).body).toMatchObject({ gitVersion: 'v1.34.4' });
  expect(await admin.list('/api/v1/nodes')).toStrictEqual([]);
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
