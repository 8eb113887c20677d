/** What a tenant's admin might do in the namespace of the tenant, and around it. */
import { patch, post, remove } from './attack.ts';
import type { Attack } from './attack.ts';
import { foreignImage, gatewayImage, jobOf, podOf, workloadOf } from './pods.ts';

const core = '/api/v1/namespaces/tenant-acme';
const apps = '/apis/apps/v1/namespaces/tenant-acme';
const net = '/apis/networking.k8s.io/v1/namespaces/tenant-acme';
const guards = 'cellwright-tenant-guards';
const debugging = 'cellwright-tenant-debugging';
const namespaces = 'cellwright-tenant-namespaces';
const pods = 'cellwright-tenant-pods';

const attacks = (as: Attack['as'], wall: string, requests: Readonly<Record<string, Attack['request']>>): Attack[] =>
  Object.entries(requests).map(([id, request]) => ({
    id,
    wall,
    as,
    request,
    ...(behind[id] === undefined ? {} : { behind: behind[id] }),
  }));

const template = (container: object): object => ({ spec: { template: { spec: { containers: [container] } } } });
const strategic = { method: 'PATCH', contentType: 'application/strategic-merge-patch+json' } as const;
const image = foreignImage;
const confined = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/** What stands behind a policy. */
const behind: Readonly<Record<string, string>> = {
  'pod-foreign': 'cellwright-tenant-images',
  'service-load-balancer': 'exceeded quota',
  'pod-exec': 'does not have a host assigned',
  'pod-attach': 'does not have a host assigned',
};

const workloads = attacks('documented', guards, {
  'sts-image': {
    ...strategic,
    path: `${apps}/statefulsets/gateway`,
    body: template({ name: 'gateway', image }),
  },
  'sts-opa-image': {
    ...strategic,
    path: `${apps}/statefulsets/gateway`,
    body: { spec: { template: { spec: { initContainers: [{ name: 'opa', image }] } } } },
  },
  'sts-scale': patch(`${apps}/statefulsets/gateway/scale`, { spec: { replicas: 0 } }),
  'sts-delete': remove(`${apps}/statefulsets/gateway`),
  'sts-own': post(`${apps}/statefulsets`, workloadOf('StatefulSet', 'apps/v1', gatewayImage)),
  'deployment-own': post(`${apps}/deployments`, workloadOf('Deployment', 'apps/v1', gatewayImage)),
  'replicaset-own': post(`${apps}/replicasets`, workloadOf('ReplicaSet', 'apps/v1', gatewayImage)),
  'daemonset-own': post(`${apps}/daemonsets`, workloadOf('DaemonSet', 'apps/v1', gatewayImage)),
  'job-own': post('/apis/batch/v1/namespaces/tenant-acme/jobs', jobOf(gatewayImage)),
  'pod-own': post(`${core}/pods`, { ...podOf(gatewayImage), ...own('v1', 'Pod', 'own') }),
  'pod-foreign': post(`${core}/pods`, { ...podOf(image), ...own('v1', 'Pod', 'own') }),
});

const intoPods: readonly Attack[] = [
  ...attacks('documented', 'cellwright-tenant-images', {
    // A tag that the profile's repository has: an older OpenClaw, past the checks of the init containers.
    'pod-tag': {
      ...strategic,
      path: `${core}/pods/gateway-0`,
      body: containers(gatewayImage.replace(/:[^:]+$/, ':2026.1.1')),
    },
    'pod-image': { ...strategic, path: `${core}/pods/gateway-0`, body: containers(image) },
    'pod-opa-image': {
      ...strategic,
      path: `${core}/pods/gateway-0`,
      body: { spec: { initContainers: [{ name: 'opa', image }] } },
    },
  }),
  ...attacks('documented', pods, {
    // Away from its StatefulSet, and back under the revision of a stricter policy.
    'pod-hide': patch(`${core}/pods/gateway-0`, labels({ 'app.kubernetes.io/component': null })),
    'pod-revision': patch(`${core}/pods/gateway-0`, labels({ 'controller-revision-hash': 'gateway-7' })),
    'pod-owner': patch(`${core}/pods/gateway-0`, { metadata: { ownerReferences: null } }),
    'pod-networks': patch(`${core}/pods/gateway-0`, {
      metadata: { annotations: { 'k8s.v1.cni.cncf.io/networks': 'of-another' } },
    }),
    'pod-tolerations': {
      method: 'PATCH',
      path: `${core}/pods/gateway-0`,
      contentType: 'application/json-patch+json',
      body: [{ op: 'add', path: '/spec/tolerations/-', value: { operator: 'Exists' } }],
    },
  }),
  ...attacks('overbound', pods, {
    'pod-status-label': patch(`${core}/pods/gateway-0/status`, labels({ 'cellwright.dev/tenant': null })),
  }),
  ...attacks('documented', debugging, {
    'pod-exec': { method: 'POST', path: `${core}/pods/gateway-0/exec?command=sh&stdout=true` },
    'pod-attach': { method: 'POST', path: `${core}/pods/gateway-0/attach?stdout=true` },
  }),
  ...attacks('overbound', debugging, {
    'pod-ephemeral': {
      ...strategic,
      path: `${core}/pods/gateway-0/ephemeralcontainers`,
      body: { spec: { ephemeralContainers: [{ name: 'debug', image: gatewayImage, securityContext: confined }] } },
    },
  }),
  ...attacks('overbound', guards, {
    'pod-resize': {
      ...strategic,
      path: `${core}/pods/gateway-0/resize`,
      body: { spec: { containers: [{ name: 'gateway', resources: { requests: { cpu: '260m' } } }] } },
    },
  }),
];

const walls: readonly Attack[] = [
  ...attacks('documented', guards, {
    'net-second': post(`${net}/networkpolicies`, {
      ...own('networking.k8s.io/v1', 'NetworkPolicy', 'open'),
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] },
    }),
    'net-edit': patch(`${net}/networkpolicies/cell`, { spec: { egress: [{}] } }),
    'net-delete': remove(`${net}/networkpolicies/default-deny`),
    'net-delete-all': remove(`${net}/networkpolicies`),
    'ingress-host': post(`${net}/ingresses`, {
      ...own('networking.k8s.io/v1', 'Ingress', 'own'),
      spec: { defaultBackend: { service: { name: 'gateway', port: { number: 18789 } } } },
    }),
    'service-external-ips': post(`${core}/services`, {
      ...own('v1', 'Service', 'own'),
      spec: { ports: [{ port: 443 }], externalIPs: ['10.0.0.1'] },
    }),
    'service-load-balancer': post(`${core}/services`, {
      ...own('v1', 'Service', 'own'),
      spec: { type: 'LoadBalancer', ports: [{ port: 443 }] },
    }),
    'service-edit': patch(`${core}/services/gateway`, { spec: { selector: { app: 'own' } } }),
    'config-edit': patch(`${core}/configmaps/CONFIG`, { metadata: { labels: { 'cellwright.dev/tenant': null } } }),
    'config-delete': remove(`${core}/configmaps/CONFIG`),
    'config-first': post(`${core}/configmaps`, { ...own('v1', 'ConfigMap', 'policy-0123456789') }),
    'config-generated': post(`${core}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'policy-' },
    }),
    'config-label': post(`${core}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mine', labels: { 'cellwright.dev/tenant': 'acme' } },
    }),
    'account-role': patch(`${core}/serviceaccounts/gateway`, {
      metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/other' } },
    }),
    'budget-own': post('/apis/policy/v1/namespaces/tenant-acme/poddisruptionbudgets', {
      ...own('policy/v1', 'PodDisruptionBudget', 'own'),
      spec: { maxUnavailable: 0, selector: {} },
    }),
  }),
  ...attacks('documented', guards, {
    'claim-own': post(`${core}/persistentvolumeclaims`, claim('state-gateway-7')),
    'claim-edit': patch(`${core}/persistentvolumeclaims/CLAIM`, { spec: { volumeName: 'of-another' } }),
    'scaler-own': post('/apis/autoscaling/v2/namespaces/tenant-acme/horizontalpodautoscalers', {
      ...own('autoscaling/v2', 'HorizontalPodAutoscaler', 'own'),
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'gateway' }, maxReplicas: 3 },
    }),
    'scaler-v1': post('/apis/autoscaling/v1/namespaces/tenant-acme/horizontalpodautoscalers', {
      ...own('autoscaling/v1', 'HorizontalPodAutoscaler', 'own'),
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'gateway' }, maxReplicas: 3 },
    }),
  }),
  ...attacks('overbound', guards, {
    'net-cilium': post('/apis/cilium.io/v2/namespaces/tenant-acme/ciliumnetworkpolicies', {
      ...own('cilium.io/v2', 'CiliumNetworkPolicy', 'open'),
      spec: { endpointSelector: {}, egress: [{ toEntities: ['all'] }] },
    }),
    'quota-raise': patch(`${core}/resourcequotas/cell`, { spec: { hard: { pods: '100' } } }),
    'quota-status': patch(`${core}/resourcequotas/cell/status`, { status: { hard: { pods: '100' } } }),
    'limits-edit': patch(`${core}/limitranges/cell`, {
      spec: { limits: [{ type: 'Container', default: { memory: '64Gi' } }] },
    }),
    'limits-delete': remove(`${core}/limitranges/cell`),
    'revision-own': post(`${apps}/controllerrevisions`, {
      ...own('apps/v1', 'ControllerRevision', 'own'),
      revision: 7,
      data: {},
    }),
    'endpoints-own': post('/apis/discovery.k8s.io/v1/namespaces/tenant-acme/endpointslices', {
      ...own('discovery.k8s.io/v1', 'EndpointSlice', 'own'),
      addressType: 'IPv4',
      endpoints: [],
    }),
  }),
];

const lessSecurity = labels({ 'pod-security.kubernetes.io/enforce': 'privileged' });

const namespaceObjects: readonly Attack[] = [
  ...attacks('documented', 'RBAC', {
    'ns-edit': patch(core, lessSecurity),
    'ns-create': newNamespace('tenant-other2'),
  }),
  ...attacks('overbound', namespaces, {
    'ns-security': patch(core, lessSecurity),
    'ns-both': patch(core, labels({ 'cellwright.dev/tenant': null, 'pod-security.kubernetes.io/enforce': null })),
    'ns-profile': patch(core, labels({ 'cellwright.dev/profile': 'lax' })),
    'ns-organization': patch(core, labels({ 'cellwright.dev/organization': 'initech' })),
    'ns-status': patch(`${core}/status`, lessSecurity),
    'ns-finalize': {
      method: 'PUT',
      path: `${core}/finalize`,
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tenant-acme' }, spec: {} },
    },
    'ns-new': newNamespace('tenant-other2'),
    'ns-claim': patch('/api/v1/namespaces/people', labels({ 'cellwright.dev/tenant': 'acme' })),
    'ns-claim-new': newNamespace('mine', { 'cellwright.dev/tenant': 'acme' }),
  }),
];

/** All of them. */
export const namespaceAttacks: readonly Attack[] = [...workloads, ...intoPods, ...walls, ...namespaceObjects];

function labels(changed: object): object {
  return { metadata: { labels: changed } };
}

function own(apiVersion: string, kind: string, name: string): object {
  return { apiVersion, kind, metadata: { name } };
}

function claim(name: string): object {
  const spec = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'of-another',
    resources: { requests: { storage: '1Gi' } },
  };
  return { ...own('v1', 'PersistentVolumeClaim', name), spec };
}

function containers(foreign: string): object {
  return { spec: { containers: [{ name: 'gateway', image: foreign }] } };
}

function newNamespace(name: string, given: object = {}): Attack['request'] {
  return post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: given } });
}
