import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { platformNames } from '../../constructs/platform/labels.ts';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { accountKubeconfig } from './support/account-kubeconfig.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import {
  createObject,
  eventually,
  installKinds,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenantWhen,
} from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const { namespace, runner: account, lease } = platformNames;
let folder: string;

const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: `/api/v1/namespaces/${namespace}/serviceaccounts`,
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  Role: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
  RoleBinding: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
};

beforeAll(async () => {
  await installKinds(plane());
  for (const object of synthesizePlatform({ version: '0.0.0-test' })) {
    const collection = collections[object.kind]?.replace(
      `/${namespace}/`,
      `/${object.metadata.namespace ?? namespace}/`,
    );
    if (collection !== undefined) await plane().admin.ok({ method: 'POST', path: collection, body: object });
  }
  folder = await mkdtemp(path.join(tmpdir(), 'cellwright-rbac-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the runner does all of its work with exactly the rights that the platform gives it', async () => {
  const cluster = loadCluster({ kubeconfig: await accountKubeconfig(plane(), { namespace, account, folder }) });
  const requests = await plane().audit.during(async () => {
    await using runner = await startTestRunner(plane(), { cluster, election: { namespace, name: lease } });
    await createObject(plane(), 'PolicyBundle', { name: 'base', spec: { rules: { tools: { deny: ['exec'] } } } });
    await createObject(plane(), 'TenantGateway', {
      name: 'kept',
      spec: { access: { ingress: { host: 'kept.example.com' } } },
    });
    await createObject(plane(), 'TenantGateway', { name: 'gone', spec: { deletionPolicy: 'Delete' } });
    for (const name of ['kept', 'gone']) await tenantWhen(plane(), name, isObserved);
    // Drift, an addition, a part that goes, a lost label: every way to write.
    await plane().admin.ok({ method: 'DELETE', path: '/api/v1/namespaces/tenant-kept/services/gateway' });
    await mergePatch(plane(), '/api/v1/namespaces/tenant-kept', {
      metadata: { labels: { 'cellwright.dev/tenant': null } },
    });
    await mergePatch(plane(), ours('TenantGateway', 'kept'), { spec: { access: { ingress: null } } });
    await tenantWhen(plane(), 'kept', isObserved);
    await mergePatch(plane(), '/apis/networking.k8s.io/v1/namespaces/tenant-kept/networkpolicies/default-deny', {
      spec: { ingress: [{}] },
    });
    await runner.settled();
    for (const name of ['kept', 'gone']) {
      await plane().admin.ok({ method: 'DELETE', path: ours('TenantGateway', name) });
      await eventually(async () => (await plane().admin.send({ path: ours('TenantGateway', name) })).status === 404);
    }
    await runner.settled();
  });
  const own = requests.filter(({ user }) => user === `system:serviceaccount:${namespace}:${account}`);
  expect(own.filter(({ status }) => status === 403).map(({ verb, uri }) => `${verb} ${uri}`)).toEqual([]);
  const done = new Set(own.filter(({ status }) => status < 300).map(({ verb, resource }) => `${verb} ${resource}`));
  for (const what of [
    'create secrets',
    'patch statefulsets',
    'delete ingresses',
    'delete namespaces',
    'create leases',
    'get namespaces',
    'patch tenantgateways',
  ]) {
    expect(done).toContain(what);
  }
  expect([...done].filter((what) => what.endsWith(' secrets'))).toEqual(['create secrets']);
});
