/** Who must get through the walls: Kubernetes' own controllers, Git, the runner, and people as far as their roles go. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiClient, TestRequest } from './support/api-client.ts';
import { cellObjects } from './support/cell-objects.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { untilAllowed } from './support/held-rights.ts';
import { person } from './support/people/accounts.ts';
import { attempt, patch, wallOf } from './support/people/attack.ts';
import { addition, roleHolders, roleRequests } from './support/people/role-requests.ts';
import { peopleOf, startWalledFleet } from './support/people/walled-fleet.ts';
import type { Attackers } from './support/people/walled-fleet.ts';
import { pathOf, renderedObjects } from './support/rendered-tenant.ts';
import { startCellwright } from './support/cellwright.ts';
import { accountKubeconfig } from './support/account-kubeconfig.ts';
import {
  createObject,
  deleteTenant,
  eventually,
  isObserved,
  makePodReady,
  mergePatch,
  ours,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';
import type { TestRunner } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const core = '/api/v1/namespaces/tenant-acme';
let runner: TestRunner | undefined;
let people: Attackers;

beforeAll(async () => {
  runner = await startWalledFleet(plane());
  people = await peopleOf(plane());
}, 120_000);

afterAll(async () => {
  await runner?.stop();
});

const isGone = (path: string) => async (): Promise<boolean> => (await plane().admin.send({ path })).status === 404;
const isThere = (path: string) => async (): Promise<boolean> => (await plane().admin.send({ path })).status === 200;

test('the runner with its own account makes a cell, puts a wall back, and takes the cell away', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'gone', spec: { deletionPolicy: 'Delete' } });
  await tenantWhen(plane(), 'gone', isObserved);
  const wall = '/apis/networking.k8s.io/v1/namespaces/tenant-gone/networkpolicies/default-deny';
  await plane().admin.ok({ method: 'DELETE', path: wall });
  await eventually(isThere(wall));
  await deleteTenant(plane(), 'gone');
  await eventually(isGone('/api/v1/namespaces/tenant-gone'));
  await eventually(isGone(ours('TenantGateway', 'gone')));
});

test('the controllers of Kubernetes count the quota, publish the CA, and make and scale the pods', async () => {
  await eventually(async () => {
    const { status } = (await plane().admin.object({ path: `${core}/resourcequotas/cell` })) as unknown as {
      status: { used?: Record<string, string> };
    };
    return status.used?.['pods'] === '1';
  });
  const ca = `${core}/configmaps/kube-root-ca.crt`;
  const { uid } = (await plane().admin.object({ path: ca })).metadata;
  await people.documented.ok({ method: 'DELETE', path: ca });
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path: ca });
    return status === 200 && (body as { metadata: { uid: string } }).metadata.uid !== uid;
  });
  await people.documented.ok({ method: 'DELETE', path: `${core}/pods/gateway-0?gracePeriodSeconds=0` });
  await eventually(isThere(`${core}/pods/gateway-0`));
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { replicas: 2, separateMemories: true } });
  await eventually(isThere(`${core}/pods/gateway-1`));
});

test('a namespace that is deleted by hand is emptied', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'kept' });
  await tenantWhen(plane(), 'kept', isObserved);
  await deleteTenant(plane(), 'kept');
  await eventually(isGone(ours('TenantGateway', 'kept')));
  await plane().admin.ok({ method: 'DELETE', path: '/api/v1/namespaces/tenant-kept' });
  await eventually(isGone('/api/v1/namespaces/tenant-kept'));
});

test('a product is installed beside us: what it keeps for the whole cluster is not guarded', async () => {
  const apiGroup = 'gateway.networking.k8s.io';
  const installer = await person(plane(), 'installer', {
    clusterRules: [{ apiGroups: [apiGroup], resources: ['gatewayclasses'], verbs: ['create', 'delete', 'patch'] }],
  });
  const path = `/apis/${apiGroup}/v1/gatewayclasses`;
  const body = { apiVersion: `${apiGroup}/v1`, kind: 'GatewayClass', metadata: { name: 'theirs' }, spec: {} };
  // Rights hold a moment after they were given.
  await eventually(async () => (await installer.send({ method: 'DELETE', path: `${path}/none` })).status === 404);
  await installer.ok({ method: 'POST', path, body });
  await installer.ok(patch(`${path}/theirs`, { spec: { controllerName: 'example.com/gateway' } }));
  await installer.ok({ method: 'DELETE', path: `${path}/theirs` });
});

test.each([
  ['eks:network-policy-controller', 200],
  ['eks:vpc-resource-controller', 200],
  ['system:controller:glbc', 200],
  ['eks:somebody-else', 403],
])('%s, whatever its rights, annotates a guard and a pod: %i', async (name, status) => {
  const group = 'rbac.authorization.k8s.io';
  await plane().admin.ok({
    method: 'POST',
    path: `/apis/${group}/v1/clusterrolebindings`,
    body: {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: group, kind: 'User', name }],
    },
  });
  const headers = { 'impersonate-user': name };
  await eventually(async () => (await plane().admin.send({ path: `${core}/services`, headers })).status === 200);
  for (const object of ['services/gateway', 'pods/gateway-0']) {
    const annotation = patch(`${core}/${object}`, { metadata: { annotations: { 'example.com/status': 'on' } } });
    expect((await attempt(plane().admin, { ...annotation, headers })).status).toBe(status);
  }
});

test.each([
  { namespace: 'argocd', account: 'argocd-application-controller', name: 'by-argo' },
  { namespace: 'flux-system', account: 'kustomize-controller', name: 'by-flux' },
])('$account, which applies from Git, makes a rendered tenant and changes its walls', async (given) => {
  const { namespace, account, name } = given;
  const git = await person(plane(), account, { namespace, clusterRoles: ['cluster-admin'] });
  await untilAllowed(git, `${core}/services`);
  const objects = renderedObjects(name, {
    organization: 'initech',
    delivery: 'Rendered',
    access: { tokenSecretRef: { name: 'token', key: 'token' } },
  });
  for (const round of [1, 2]) {
    for (const object of objects) await git.apply(pathOf(object), object, `git-${round}`);
  }
  expect(Object.keys(await cellObjects(plane(), name))).toHaveLength(objects.length);
  await eventually(isThere(`/api/v1/namespaces/tenant-${name}/pods/gateway-0`));
});

test('cellwright token rotate works with the role for admins of tenants, and shows no token', async () => {
  const rotator = await person(plane(), 'rotator', {
    inNamespace: { namespace: 'tenant-other', clusterRoles: ['cellwright-tenant-admin'] },
    clusterRules: [
      {
        apiGroups: ['cellwright.dev'],
        resources: ['tenantgateways'],
        resourceNames: ['other'],
        verbs: ['get', 'patch', 'update'],
      },
    ],
  });
  await untilAllowed(rotator, ours('TenantGateway', 'other'), '/api/v1/namespaces/tenant-other/pods');
  await makePodReady(plane(), 'other');
  const before = (await tenant(plane(), 'other')).status.tokenSecretName;
  const kubeconfig = await accountKubeconfig(plane(), { namespace: 'people', account: 'rotator', folder: plane().dir });
  const running = startCellwright('token', 'rotate', 'other', '--kubeconfig', kubeconfig, '-o', 'json');
  const after = await tenantWhen(plane(), 'other', ({ tokenSecretName }) => tokenSecretName !== before);
  const wanted = after.status.tokenSecretName ?? '';
  const pod = '/api/v1/namespaces/tenant-other/pods/gateway-0';
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path: pod });
    return status === 200 && JSON.stringify(body).includes(wanted);
  });
  await makePodReady(plane(), 'other');
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr.includes('403')]).toEqual([0, false]);
  expect(JSON.parse(stdout)).toMatchObject({ secret: wanted, removed: [before], kept: [] });
});

describe('roles for people', () => {
  const clusterRoles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  /** RBAC is asked first; no pod of a test is on a node, so that streams end there. */
  const outcome = async (client: ApiClient, request: TestRequest): Promise<string> => {
    const isStream = /\/(log|portforward)$/.test(request.path);
    const wall = wallOf(await (isStream ? client.send(request) : attempt(client, request)));
    return /^2\d\d passed$|^400 .*does not have a host assigned/.test(wall) ? 'passed' : wall;
  };

  test.each(Object.keys(roleHolders) as (keyof typeof roleHolders)[])('%s', async (who) => {
    const { passes, refused } = roleRequests[who];
    const client = await person(plane(), `by-role-${who.replaceAll(' ', '-')}`, roleHolders[who]);
    const [first] = Object.values(passes) as [TestRequest];
    await eventually(async () => (await outcome(client, first)) === 'passed');
    const answers: Record<string, string> = {};
    for (const [what, request] of Object.entries({ ...passes, ...refused }))
      answers[what] = await outcome(client, request);
    const [toPass, toRefuse] = [Object.keys(passes), Object.keys(refused)];
    expect(answers).toEqual(
      Object.fromEntries([...toPass.map((what) => [what, 'passed']), ...toRefuse.map((what) => [what, 'RBAC'])]),
    );
  });

  test('take the rules of a ClusterRole with their label, and the walls do not', async () => {
    const client = await person(plane(), 'adder', roleHolders['tenant admin']);
    const exec: TestRequest = { method: 'POST', path: `${core}/pods/gateway-0/exec?command=sh` };
    const open = patch('/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies/cell', {
      spec: { egress: [{}] },
    });
    expect([await outcome(client, exec), await outcome(client, open)]).toEqual(['RBAC', 'RBAC']);
    const rule = {
      apiGroups: ['', 'networking.k8s.io'],
      resources: ['pods/exec', 'networkpolicies'],
      verbs: ['create', 'patch'],
    };
    await plane().admin.ok({ method: 'POST', path: clusterRoles, body: addition('tenant-admin', rule) });
    await eventually(async () => (await outcome(client, exec)) !== 'RBAC');
    expect([await outcome(client, exec), await outcome(client, open)]).toEqual([
      'cellwright-tenant-debugging',
      'cellwright-tenant-guards',
    ]);
  });

  test('get nothing from somebody who may make ClusterRoles and has not the right himself', async () => {
    const rules = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['create'] };
    const client = await person(plane(), 'role-maker', { clusterRules: [rules] });
    const ask = (rule: object): Promise<string> =>
      outcome(client, { method: 'POST', path: clusterRoles, body: addition('viewer', rule) });
    // The right that he has himself is the one that he may give on.
    await eventually(async () => (await ask(rules)) === 'passed');
    expect(await ask({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] })).toContain(
      'attempting to grant RBAC permissions not currently held',
    );
  });
});
