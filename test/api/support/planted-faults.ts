/** One thing wrong each, with what the doctor must say of it; every other object is as it was before and after. */
import { setTimeout as sleep } from 'node:timers/promises';
import { platformNames } from '../../../constructs/platform/labels.ts';
import type { TestObject } from './api-client.ts';
import type { TestControlPlane } from './control-plane.ts';
import { makeRunnerReady, pinnedProfile, pluginPath, renewLease } from './audited-fleet.ts';
import { createObject, eventually, makePodReady, mergePatch, ours } from './running-fleet.ts';

/** See above. */
export interface PlantedFault {
  /** Findings as `told` gives them. */
  readonly tells: readonly string[];
  readonly plant: (plane: TestControlPlane) => Promise<unknown>;
  readonly heal: (plane: TestControlPlane) => Promise<unknown>;
}

const { namespace: system, runner } = platformNames;
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const tenantPath = (kind: string, name: string, group = 'api/v1'): string =>
  `/${group}/namespaces/tenant-managed/${kind}/${name}`;
const networking = 'apis/networking.k8s.io/v1';

/** Changes an object by a merge patch, and puts back what was there. */
function changed(tells: string, path: string, patch: object, back: object): PlantedFault {
  return {
    tells: [tells],
    plant: (plane) => mergePatch(plane, path, patch),
    heal: (plane) => mergePatch(plane, path, back),
  };
}

/** Changes an object by a JSON patch, and puts the old value of the place back. */
function replaced(tells: string, path: string, place: string, value: unknown): PlantedFault {
  let before: unknown;
  const put = async (plane: TestControlPlane, to: unknown): Promise<void> => {
    const body = [{ op: 'replace', path: place, value: to }];
    await plane.admin.ok({ method: 'PATCH', path, body, contentType: 'application/json-patch+json' });
  };
  return {
    tells: [tells],
    plant: async (plane) => {
      const live = await plane.admin.object({ path });
      before = place
        .split('/')
        .slice(1)
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], live);
      await put(plane, typeof value === 'function' ? (value as (old: unknown) => unknown)(before) : value);
    },
    heal: (plane) => put(plane, before),
  };
}

/** Removes an object, and makes it again, changed where `instead` says so in between. */
function removed(tells: readonly string[], path: string, instead?: object): PlantedFault {
  let before: TestObject | undefined;
  const collection = path.slice(0, path.lastIndexOf('/'));
  const post = (plane: TestControlPlane, changes: object): Promise<unknown> => {
    const { metadata, ...content } = before as TestObject;
    const { name, namespace, labels, annotations } = metadata;
    const body = { ...content, status: undefined, metadata: { name, namespace, labels, annotations }, ...changes };
    return plane.admin.ok({ method: 'POST', path: collection, body });
  };
  const remove = async (plane: TestControlPlane): Promise<void> => {
    await plane.admin.ok({ method: 'DELETE', path });
    await eventually(async () => (await plane.admin.send({ path })).status === 404);
  };
  return {
    tells,
    plant: async (plane) => {
      before = await plane.admin.object({ path });
      await remove(plane);
      if (instead !== undefined) await post(plane, instead);
    },
    heal: async (plane) => {
      if (instead !== undefined) await remove(plane);
      await post(plane, {});
    },
  };
}

/** Makes an object that should not be there, and removes it. */
function added(tells: string, path: string, body: object): PlantedFault {
  const collection = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const { metadata = {} } = body as { readonly metadata?: object };
  return {
    tells: [tells],
    plant: (plane) =>
      plane.admin.ok({ method: 'POST', path: collection, body: { ...body, metadata: { ...metadata, name } } }),
    heal: async (plane) => {
      await plane.admin.ok({ method: 'DELETE', path: `${path}?gracePeriodSeconds=0` });
      await eventually(async () => (await plane.admin.send({ path })).status === 404);
    },
  };
}

const labelled = { metadata: { labels: { 'cellwright.dev/tenant': 'managed' } } };
const bound = (roleRef: object, subjects: readonly object[]): object => ({
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...roleRef },
  subjects,
});
const account = { kind: 'ServiceAccount', name: runner, namespace: system };
const person = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' };
const everyAccount = { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' };
const gatewayPod = tenantPath('pods', 'gateway-0');
const gatewaySet = tenantPath('statefulsets', 'gateway', 'apis/apps/v1');
const managed = ours('TenantGateway', 'managed');

/** A status as the runner would write it, or somebody in its place. */
function statusOf(tells: string, change: (status: Record<string, unknown>) => object): PlantedFault {
  return replaced(tells, `${managed}/status`, '/status', (before: unknown) => {
    const status = before as Record<string, unknown>;
    return { ...status, ...change(status) };
  });
}

function withCondition(tells: string, condition: Readonly<Record<string, string>>): PlantedFault {
  return statusOf(tells, ({ conditions }) => ({
    conditions: (conditions as { type: string }[]).map((one) =>
      one.type === condition['type'] ? { ...one, ...condition } : one,
    ),
  }));
}

/** What is not a tenant's. */
export const platformFaults: Readonly<Record<string, PlantedFault>> = {
  'a wall of the runner is gone': removed(
    [`platform.missing NetworkPolicy ${system}/${runner}`],
    `/${networking}/namespaces/${system}/networkpolicies/${runner}`,
  ),
  'the runner’s role has a rule more': replaced(
    `platform.changed ClusterRole ${runner}`,
    `${rbac}/clusterroles/${runner}`,
    '/rules',
    (rules: unknown) => [...(rules as unknown[]), { apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
  ),
  'the runner’s binding names one more': replaced(
    `platform.changed ClusterRoleBinding ${runner}`,
    `${rbac}/clusterrolebindings/${runner}`,
    '/subjects',
    (subjects: unknown) => [...(subjects as unknown[]), person],
  ),
  'Pod Security of the runner’s namespace is off': changed(
    `platform.changed Namespace ${system}`,
    `/api/v1/namespaces/${system}`,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': null } } },
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  ),
  'a kind has lost its rules': replaced(
    'platform.changed CustomResourceDefinition tenantgateways.cellwright.dev',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tenantgateways.cellwright.dev',
    '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations',
    (rules: unknown) => (rules as unknown[]).slice(1),
  ),
  'the runner’s account is an administrator': added(
    'runner.extra-rights ClusterRoleBinding helpful',
    `${rbac}/clusterrolebindings/helpful`,
    bound({ kind: 'ClusterRole', name: 'cluster-admin' }, [account]),
  ),
  'every account may write in kube-system': added(
    'runner.extra-rights RoleBinding kube-system/helpful',
    `${rbac}/namespaces/kube-system/rolebindings/helpful`,
    bound({ kind: 'ClusterRole', name: 'edit' }, [everyAccount]),
  ),
  'runner pods are not ready': {
    tells: [`runner.not-ready Deployment ${system}/${runner}`],
    plant: (plane) => makeRunnerReady(plane, false),
    heal: (plane) => makeRunnerReady(plane),
  },
  'nobody renews the Lease': {
    tells: [`runner.no-leader Lease ${system}/${platformNames.lease}`],
    plant: (plane) => renewLease(plane, Date.now() - 600_000),
    heal: (plane) => renewLease(plane),
  },
  'the network plugin is gone': removed(['network.not-known-to-enforce Namespace kube-system'], pluginPath),
  'a namespace has a tenant’s name and no label': added(
    'namespace.unlabelled Namespace tenant-ghost',
    '/api/v1/namespaces/tenant-ghost',
    {},
  ),
  'a namespace carries the label of another’s tenant': added(
    'namespace.misnamed Namespace borrowed',
    '/api/v1/namespaces/borrowed',
    labelled,
  ),
  'a namespace is kept for a tenant that is gone': added(
    'namespace.departed Namespace tenant-gone',
    '/api/v1/namespaces/tenant-gone',
    { metadata: { labels: { 'cellwright.dev/tenant': 'gone' } } },
  ),
  'a profile names its images by tag': {
    tells: ['image.by-tag GatewayProfile loose'],
    plant: (plane) => createObject(plane, 'GatewayProfile', { name: 'loose', spec: { images: pinnedProfile.images } }),
    heal: ({ admin }) => admin.ok({ method: 'DELETE', path: ours('GatewayProfile', 'loose') }),
  },
  'a profile is behind': {
    tells: ['version.gateway-behind GatewayProfile old', 'version.opa-behind GatewayProfile old'],
    plant: (plane) =>
      createObject(plane, 'GatewayProfile', {
        name: 'old',
        spec: {
          openclaw: { ...pinnedProfile.openclaw, version: '2026.9.5' },
          images: { opa: pinnedProfile.images.opa.replace('1.21.1', '1.0.0') },
        },
      }),
    heal: ({ admin }) => admin.ok({ method: 'DELETE', path: ours('GatewayProfile', 'old') }),
  },
};

/** It takes the place that the quota has for the next gateway pod. */
const miner = added('foreign.pod Pod tenant-managed/miner', tenantPath('pods', 'miner'), {
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'main',
        image: `ghcr.io/openclaw/openclaw:2026.9.6@${pinnedProfile.openclaw.digest}`,
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '16Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});

/** What is a tenant's. */
export const cellFaults: Readonly<Record<string, PlantedFault>> = {
  'default-deny is gone': removed(
    ['cell.missing NetworkPolicy tenant-managed/default-deny'],
    tenantPath('networkpolicies', 'default-deny', networking),
  ),
  'a network policy allows everything': replaced(
    'cell.changed NetworkPolicy tenant-managed/cell',
    tenantPath('networkpolicies', 'cell', networking),
    '/spec/egress',
    (rules: unknown) => [...(rules as unknown[]), {}],
  ),
  'Pod Security of a tenant is privileged': changed(
    'cell.changed Namespace tenant-managed',
    '/api/v1/namespaces/tenant-managed',
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  ),
  'a quota is wider': replaced(
    'cell.changed ResourceQuota tenant-managed/cell',
    tenantPath('resourcequotas', 'cell'),
    '/spec/hard/pods',
    '50',
  ),
  'the account’s token is mounted': replaced(
    'cell.changed ServiceAccount tenant-managed/gateway',
    tenantPath('serviceaccounts', 'gateway'),
    '/automountServiceAccountToken',
    true,
  ),
  'the gateway has a variable more': replaced(
    'cell.changed StatefulSet tenant-managed/gateway',
    gatewaySet,
    '/spec/template/spec/containers/0/env',
    (env: unknown) => [...(env as unknown[]), { name: 'LD_PRELOAD', value: '/x.so' }],
  ),
  'what Git applies was changed': replaced(
    'cell.changed LimitRange tenant-rendered/cell',
    '/api/v1/namespaces/tenant-rendered/limitranges/cell',
    '/spec/limits/0/default/memory',
    '2Gi',
  ),
  'a policy was lost': {
    tells: ['cell.missing ConfigMap tenant-managed/POLICY'],
    plant: async (plane) => {
      lost = await policyOf(plane);
      await mergePatch(plane, tenantPath('configmaps', lost), {
        metadata: { labels: { 'cellwright.dev/tenant': null } },
      });
    },
    heal: (plane) => mergePatch(plane, tenantPath('configmaps', lost), labelled),
  },
  'an object carries the tenant’s label': added(
    'cell.extra PodDisruptionBudget tenant-managed/other',
    tenantPath('poddisruptionbudgets', 'other', 'apis/policy/v1'),
    { ...labelled, spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'other' } } } },
  ),
  'somebody may write there': added(
    'foreign.rights RoleBinding tenant-managed/devs',
    `${rbac}/namespaces/tenant-managed/rolebindings/devs`,
    bound({ kind: 'ClusterRole', name: 'edit' }, [person]),
  ),
  'a pod runs there': { ...miner, tells: [...miner.tells, 'quota.pressure ResourceQuota tenant-managed/cell'] },
  'somebody looks into a gateway': {
    tells: ['foreign.ephemeral-container Pod tenant-managed/gateway-0'],
    plant: async (plane) => {
      const { spec } = await plane.admin.object({ path: gatewayPod });
      const { securityContext, image } = (spec as { containers: { securityContext: object; image: string }[] })
        .containers[0] as { securityContext: object; image: string };
      const ephemeralContainers = [{ name: 'debug', image, securityContext }];
      await mergePatch(plane, `${gatewayPod}/ephemeralcontainers`, { spec: { ephemeralContainers } });
    },
    heal: async (plane) => {
      const { metadata } = await plane.admin.object({ path: gatewayPod });
      await plane.admin.ok({ method: 'DELETE', path: `${gatewayPod}?gracePeriodSeconds=0` });
      await eventually(async () => {
        const { status, body } = await plane.admin.send({ path: gatewayPod });
        return status === 200 && (body as TestObject).metadata.uid !== metadata.uid;
      });
      await makePodReady(plane, 'managed');
    },
  },
  'a Service points elsewhere': added('foreign.service Service tenant-managed/out', tenantPath('services', 'out'), {
    spec: { type: 'ExternalName', externalName: 'evil.example.com' },
  }),
  'a Service takes an outer address': added('foreign.service Service tenant-managed/in', tenantPath('services', 'in'), {
    spec: { ports: [{ port: 80 }], externalIPs: ['203.0.113.7'] },
  }),
  'a network policy beside ours widens': added(
    'foreign.network-policy NetworkPolicy tenant-managed/open',
    tenantPath('networkpolicies', 'open', networking),
    { spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } },
  ),
  'an Ingress beside ours': added(
    'foreign.route Ingress tenant-managed/side',
    tenantPath('ingresses', 'side', networking),
    { spec: { defaultBackend: { service: { name: 'gateway', port: { number: 18789 } } } } },
  ),
  'a ServiceAccount beside ours': added(
    'foreign.service-account ServiceAccount tenant-managed/builder',
    tenantPath('serviceaccounts', 'builder'),
    {},
  ),
  'the gateway’s account has a cloud identity': changed(
    'foreign.service-account ServiceAccount tenant-managed/gateway',
    tenantPath('serviceaccounts', 'gateway'),
    { metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/admin' } } },
    { metadata: { annotations: { 'eks.amazonaws.com/role-arn': null } } },
  ),
  'a quota is nearly full': {
    tells: ['quota.pressure ResourceQuota tenant-managed/cell'],
    plant: (plane) => fillQuota(plane, 'POST'),
    heal: (plane) => fillQuota(plane, 'DELETE'),
  },
  'a token is old': statusOf('token.old TenantGateway managed', () => ({
    tokenRotation: { answered: '2026-01-01T00:00:00.000Z-0123abcd' },
  })),
  'a tenant is paused': changed(
    'tenant.paused TenantGateway managed',
    managed,
    { metadata: { annotations: { 'cellwright.dev/paused': 'true' } } },
    { metadata: { annotations: { 'cellwright.dev/paused': null } } },
  ),
  'a tenant is stalled': withCondition('tenant.stalled TenantGateway managed', {
    type: 'Stalled',
    status: 'True',
    reason: 'Invalid',
    message: 'spec.x: no',
  }),
  'a deletion is held': withCondition('tenant.deletion-held TenantGateway managed', {
    type: 'Stalled',
    status: 'True',
    reason: 'MassDeletion',
    message: 'held',
  }),
  'a tenant is degraded': withCondition('tenant.degraded TenantGateway managed', { type: 'Degraded', status: 'True' }),
  'a tenant is not ready': withCondition('tenant.not-ready TenantGateway managed', { type: 'Ready', status: 'False' }),
};

let lost = '';

/** Name of the tenant's policy, which has the hash of its content. */
async function policyOf({ admin }: TestControlPlane): Promise<string> {
  const items = await admin.list('/api/v1/namespaces/tenant-managed/configmaps?labelSelector=cellwright.dev/tenant');
  return items.map(({ metadata }) => metadata.name).find((name) => name.startsWith('policy')) ?? '';
}

/** ConfigMaps beside ours, until the quota controller has counted them. */
async function fillQuota({ admin }: TestControlPlane, method: 'POST' | 'DELETE'): Promise<void> {
  const collection = '/api/v1/namespaces/tenant-managed/configmaps';
  const names = Array.from({ length: 57 }, (_, index) => `filler-${index}`);
  for (const name of names) {
    const making = { path: collection, body: { metadata: { name } } };
    await admin.ok({ method, ...(method === 'POST' ? making : { path: `${collection}/${name}` }) });
  }
  await eventually(async () => {
    const { status } = await admin.object({ path: '/api/v1/namespaces/tenant-managed/resourcequotas/cell' });
    const used = Number((status as { used: Record<string, string> }).used['count/configmaps']);
    return method === 'POST' ? used > 57 : used < 20;
  });
  await sleep(50);
}
