/**
 * Somebody has stolen the token of the runner. Each attack of docs/security.md is tried four times: on the platform as it is
 * installed; behind the policies alone, with the account made cluster-admin as a careless role would; behind RBAC alone, without the
 * policies; and without both, where each must succeed, or its walls were never shown to be what stops it.
 */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import { layoutOf } from '../../playground/layout.ts';
import { installOptionalKinds } from '../fault/support/optional-kinds.ts';
import type { ApiClient, TestObject, TestResponse } from './support/api-client.ts';
import { claimOf } from './support/cell-objects.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { cameToNothing } from './support/effect.ts';
import { admissionPath, installPlatform } from './support/installed-platform.ts';
import { runnerClient } from './support/runner-account.ts';
import {
  createObject,
  eventually,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenantWhen,
} from './support/running-fleet.ts';
import { cell, foreign, inCell, lookAlike, merge, tenantLabels, tenantName } from './stolen-token/attack.ts';
import type { Attack } from './stolen-token/attack.ts';
import { clusterAttacks } from './stolen-token/cluster-attacks.ts';
import { owned } from './stolen-token/owned.ts';
import { placementAttacks } from './stolen-token/placement-attacks.ts';
import { forHost, routeAttacks } from './stolen-token/route-attacks.ts';
import { shapeAttacks } from './stolen-token/shape-attacks.ts';
import { secretAttacks } from './stolen-token/secret-attacks.ts';
import { tenantAttacks } from './stolen-token/tenant-attacks.ts';

const policyKind = 'ValidatingAdmissionPolicy';
const clusterRoleBindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
const bindings = `${admissionPath}/validatingadmissionpolicybindings`;
const plane = controlPlaneOfFile();
const attacks: readonly Attack[] = [
  ...secretAttacks,
  ...clusterAttacks,
  ...tenantAttacks,
  ...placementAttacks,
  ...routeAttacks,
  ...shapeAttacks,
];
let thief: ApiClient;

beforeAll(async () => {
  await installOptionalKinds(plane());
  await installPlatform(plane());
  await plantVictims();
  await createObject(plane(), 'TenantGateway', { name: tenantName });
  const runner = await startTestRunner(plane());
  await tenantWhen(plane(), tenantName, isObserved);
  await claimOf(plane(), tenantName);
  await runner.stop();
  await plane().admin.ok({
    method: 'POST',
    path: `${cell}/secrets`,
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'model-keys' }, stringData: { key: 'x' } },
  });
  // Somebody waits for the tenant and for its Service, beside us.
  await mergePatch(plane(), ours('TenantGateway', tenantName), {
    metadata: { finalizers: ['cellwright.dev/cell', 'example.com/backup'] },
  });
  await mergePatch(plane(), `${cell}/services/gateway`, { metadata: { finalizers: ['example.com/dns'] } });
  thief = await runnerClient(plane());
});

/** What others have in the cluster. */
async function plantVictims(): Promise<void> {
  const { admin } = plane();
  const make = (path: string, body: object): Promise<unknown> => admin.ok({ method: 'POST', path, body });
  const named = (kind: string, name: string, content: object = {}): object => ({
    apiVersion: 'v1',
    kind,
    metadata: { name },
    ...content,
  });
  await make('/api/v1/namespaces', named('Namespace', 'billing'));
  await make('/api/v1/namespaces', named('Namespace', 'tenant-lookalike'));

  await make(`${foreign}/services`, named('Service', 'shop', { spec: { ports: [{ port: 80 }] } }));
  await make('/apis/networking.k8s.io/v1/namespaces/billing/networkpolicies', {
    ...named('NetworkPolicy', 'closed', { spec: { podSelector: {} } }),
    apiVersion: 'networking.k8s.io/v1',
  });
  for (const path of [foreign, lookAlike, '/api/v1/namespaces/kube-system', '/api/v1/namespaces/default'])
    await eventually(async () => (await admin.send({ path: `${path}/serviceaccounts/default` })).status === 200);
  await eventually(
    async () =>
      (await admin.send({ path: '/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt' })).status === 200,
  );
  await make(`${admissionPath}/validatingwebhookconfigurations`, webhooks());
}

/** As the platform registers them. */
function webhooks(): object {
  const objects = synthesizePlatform({ version: '0.0.0-test' });
  const configuration = objects.find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
  if (configuration === undefined) throw new Error('the platform registers no webhook');
  return configuration;
}

/** Who denied it. */
function wallOf({ status, body }: TestResponse): string {
  if (status < 300) return 'nobody';
  const message = (body as { readonly message?: string }).message ?? JSON.stringify(body);
  if (status !== 403) return `${status} ${message}`;
  const isPolicy = /ValidatingAdmissionPolicy 'cellwright-/.test(message);
  if (isPolicy) return 'policy';
  if (message.includes('violates PodSecurity')) return 'pod security';
  return /cannot \w+ (resource|path)/.test(message) ? 'rbac' : message;
}

/** Gives the account every right. */
async function bindCarelessly(): Promise<void> {
  const body = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'careless' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'cellwright-runner', namespace: 'cellwright-system' }],
  };
  await plane().admin.ok({ method: 'POST', path: clusterRoleBindings, body });
  await eventually(async () => (await thief.send({ path: '/api/v1/nodes' })).status === 200);
}

test('every attack has an id of its own', () => {
  const ids = attacks.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every id stands in the documentation, what is owned among them', async () => {
  const text = await readFile('docs/security.md', 'utf8');
  expect([...attacks, ...owned].map(({ id }) => id).filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
});

describe('as the platform is installed', () => {
  test.each(attacks)('$id is denied by $wall', async ({ wall, request }) => {
    expect(wallOf(await thief.send(request))).toBe(wall);
  });

  test.each(owned)('$id: the token owns that much', async ({ request }) => {
    expect(wallOf(await thief.send(request))).toBe('nobody');
  });
});

describe('what the runner has to write', () => {
  const editionLabel = 'pod-security.kubernetes.io/enforce-version';
  const level = 'pod-security.kubernetes.io/enforce';
  const relabel = (labels: object): Promise<TestResponse> => thief.send(merge(cell, { metadata: { labels } }));

  test('a namespace that is held at another version of Pod Security keeps it, and its level', async () => {
    const own = { 'cellwright.dev/profile': 'default' };
    await mergePatch(plane(), cell, { metadata: { labels: { [editionLabel]: 'v1.29' } } });
    expect(wallOf(await relabel({ ...own, [editionLabel]: 'v1.29' }))).toBe('nobody');
    expect(wallOf(await relabel({ [editionLabel]: 'v1.28' }))).toBe('policy');
    expect(wallOf(await relabel({ [level]: 'baseline' }))).toBe('policy');
    expect(wallOf(await relabel({ [editionLabel]: 'v1.30' }))).toBe('nobody');
    await mergePatch(plane(), cell, { metadata: { labels: { [editionLabel]: 'v1.30' } } });
  });

  test('an Ingress has the annotations that its profile names, and keeps what was there', async () => {
    const profile = ours('GatewayProfile', 'default');
    const path = `${inCell('networking.k8s.io/v1')}/ingresses/gateway`;
    const annotate = (annotations: object): Promise<TestResponse> =>
      thief.send(merge(path, { metadata: { annotations } }));
    const snippet = 'nginx.ingress.kubernetes.io/server-snippet';
    await mergePatch(plane(), profile, { spec: { access: { ingressAnnotations: ['example.com/timeout', snippet] } } });
    const before = { 'example.com/older': 'x', [snippet]: 'x' };
    await plane().admin.ok({
      method: 'POST',
      path: `${inCell('networking.k8s.io/v1')}/ingresses`,
      body: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'gateway', labels: tenantLabels, annotations: before },
        spec: forHost('acme.example.com'),
      },
    });
    await eventually(async () => (await annotate({ 'example.com/timeout': '60' })).status === 200);
    expect(wallOf(await annotate({ 'example.com/older': 'y' }))).toBe('policy');
    expect(wallOf(await annotate({ [snippet]: 'y' }))).toBe('policy');
    expect(wallOf(await annotate({ 'example.com/older': null }))).toBe('nobody');
  });

  test('a profile gives nodes and priorities of the cluster where the platform names them', async () => {
    const name = 'cellwright-runner-stateful-sets';
    const withGiven = (...clusterScheduling: string[]): Promise<unknown> => {
      const objects = synthesizePlatform({ version: '0.0.0-test', admission: { clusterScheduling } });
      const policy = objects.find(({ kind, metadata: own }) => kind === policyKind && own.name === name);
      return mergePatch(plane(), `${admissionPath}/validatingadmissionpolicies/${name}`, { spec: policy?.spec });
    };
    const wallFor = async (id: string): Promise<string> => {
      const attack = placementAttacks.find((one) => one.id === id);
      if (attack === undefined) throw new Error(`there is no attack ${id}`);
      return wallOf(await thief.send(attack.request));
    };
    await withGiven('*', 'system-node-critical');
    await eventually(async () => (await wallFor('set-tolerations')) === 'nobody');
    expect(await wallFor('set-priority')).toBe('nobody');
    expect(await wallFor('set-toleration-role')).toBe('policy');
    await withGiven('node-role.kubernetes.io/control-plane');
    await eventually(async () => (await wallFor('set-toleration-role')) === 'nobody');
    expect(await wallFor('set-node-role')).toBe('nobody');
    expect(await wallFor('set-priority')).toBe('policy');
    await withGiven();
    await eventually(async () => (await wallFor('set-toleration-role')) === 'policy');
  });
});

describe('the policies', () => {
  test('name only fields that there are, says the type checker of the API server', async () => {
    const list = (): Promise<TestObject[]> => plane().admin.list(`${admissionPath}/validatingadmissionpolicies`);
    const statusOf = ({ status }: TestObject): PolicyStatus => status ?? {};
    await eventually(async () => (await list()).every((policy) => statusOf(policy).observedGeneration !== undefined));
    const warnings = (await list()).map((policy) => [policy.metadata.name, statusOf(policy).typeChecking]);
    expect(warnings.filter(([, checked]) => JSON.stringify(checked ?? {}) !== '{}')).toEqual([]);
  });

  test('cost the API server little even for the largest objects: what costs too much is denied', async () => {
    const peers = Array.from({ length: 50 }, (_, index) => ({ ipBlock: { cidr: `203.0.113.${index}/32` } }));
    const ports = [{ port: 443, protocol: 'TCP' }];
    const egress = Array.from({ length: 100 }, () => ({ to: peers, ports }));
    const path = `/apis/networking.k8s.io/v1/namespaces/tenant-${tenantName}/networkpolicies/cell`;
    expect(wallOf(await thief.send(merge(path, { spec: { egress } })))).toBe('nobody');
  });
});

interface PolicyStatus {
  readonly observedGeneration?: number;
  readonly typeChecking?: unknown;
}

describe('with the account made cluster-admin', () => {
  beforeAll(bindCarelessly);

  test.each(attacks.filter(({ rbacAlone }) => rbacAlone !== true))(
    '$id is denied by a policy',
    async ({ request, behind }) => {
      // Pod Security is asked before the policies.
      expect(wallOf(await thief.send(request))).toBe(behind === 'pod security' ? behind : 'policy');
    },
  );

  test('only the certificates of the webhook can be changed in its configuration', async () => {
    const at = (name: string) => `${admissionPath}/validatingwebhookconfigurations/${name}?dryRun=All`;
    const send = (pointer: string, value: unknown): Promise<TestResponse> =>
      thief.send({
        method: 'PATCH',
        path: at('cellwright'),
        body: [{ op: 'add', path: pointer, value }],
        contentType: 'application/json-patch+json',
      });
    const authority = (await readFile(layoutOf(plane().dir).pkiFile('ca.crt'))).toString('base64');
    expect(wallOf(await send('/webhooks/0/clientConfig/caBundle', authority))).toBe('nobody');
    expect(wallOf(await send('/metadata/annotations', { a: 'b' }))).toBe('policy');
  });
});

describe('without the policies', () => {
  beforeAll(async () => {
    const { admin } = plane();
    // The tenant's quota is one more wall.
    const wide = { 'services.loadbalancers': '9', 'services.nodeports': '9' };
    await mergePatch(plane(), `${cell}/resourcequotas/cell`, { spec: { hard: wide } });
    // What is admitted is measured by the status, which a controller writes.
    await eventually(async () => {
      const { status } = await admin.object({ path: `${cell}/resourcequotas/cell` });
      const { hard } = status as { readonly hard?: Readonly<Record<string, string>> };
      return Object.entries(wide).every(([what, value]) => hard?.[what] === value);
    });
    await admin.ok({ method: 'DELETE', path: `${clusterRoleBindings}/careless` });
    // They deny nothing any more, and are there to be taken away.
    for (const { metadata } of await admin.list(bindings))
      await mergePatch(plane(), `${bindings}/${metadata.name}`, { spec: { validationActions: ['Audit'] } });
    const last = attacks.find(({ id }) => id === 'system-config-map');
    await eventually(async () => last !== undefined && (await thief.send(last.request)).status < 300);
    await eventually(async () => (await thief.send({ path: '/api/v1/nodes' })).status === 403);
  });

  test.each(attacks.filter(({ wall }) => wall === 'policy'))('$id succeeds', async ({ request }) => {
    let wall = '';
    // The API server lets go of one binding after the other.
    await eventually(async () => (wall = wallOf(await thief.send(request))) !== 'policy');
    expect(wall).toBe('nobody');
  });

  test.each(attacks.filter(({ wall }) => wall === 'rbac'))('$id is still denied by RBAC', async ({ request }) => {
    expect(wallOf(await thief.send(request))).toBe('rbac');
  });
});

describe('without any wall', () => {
  beforeAll(bindCarelessly);

  test.each(attacks)('$id is a request that does what it says', async ({ request, behind }) => {
    const answer = await thief.send(request);
    expect(wallOf(answer)).toBe(behind ?? 'nobody');
    if (behind === undefined) expect(await cameToNothing(plane().admin, request, answer)).toBe(false);
  });
});
