/** Reaching for the cluster: other namespaces, more rights, the walls themselves. */
import type { Attack } from './attack.ts';
import {
  cell,
  create,
  foreign,
  inCell,
  labelled,
  lookAlike,
  merge,
  remove,
  replace,
  set,
  wallOnPatch,
} from './attack.ts';

const rbacPath = '/apis/rbac.authorization.k8s.io/v1';
const admission = '/apis/admissionregistration.k8s.io/v1';
const webhook = `${admission}/validatingwebhookconfigurations/cellwright`;
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
const subjects = [{ kind: 'ServiceAccount', name: 'cellwright-runner', namespace: 'cellwright-system' }];
const ourLabels = {
  'app.kubernetes.io/component': 'namespace',
  'app.kubernetes.io/managed-by': 'cellwright',
  'app.kubernetes.io/name': 'openclaw',
  'app.kubernetes.io/part-of': 'cellwright',
};
const restricted = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'v1.30'],
  ]),
);
export const namespaceNamed = (name: string, labels: object): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});
const binding = (kind: string): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'own', labels: { 'cellwright.dev/tenant': 'acme' } },
  roleRef,
  subjects,
});
export const ofTenant = (name: string): object => ({ ...ourLabels, ...restricted, 'cellwright.dev/tenant': name });

const namespaces: readonly Attack[] = [
  {
    id: 'namespace-adopt',
    wall: 'policy',
    request: merge(lookAlike, { metadata: { labels: { 'cellwright.dev/tenant': 'lookalike' } } }),
  },
  {
    id: 'namespace-adopt-whole',
    wall: 'policy',
    request: merge(lookAlike, { metadata: { labels: ofTenant('lookalike') } }),
  },
  { id: 'namespace-relabel', wall: 'policy', request: merge(foreign, { metadata: { labels: ofTenant('billing') } }) },
  { id: 'namespace-delete', wall: 'policy', request: remove(foreign) },
  { id: 'namespace-delete-lookalike', wall: 'policy', request: remove(lookAlike) },
  {
    id: 'namespace-create',
    wall: 'policy',
    request: create('/api/v1/namespaces', namespaceNamed('mine', ofTenant('mine'))),
  },
  {
    id: 'namespace-create-bare',
    wall: 'policy',
    request: create('/api/v1/namespaces', namespaceNamed('tenant-bare', { 'cellwright.dev/tenant': 'bare' })),
  },
  {
    id: 'namespace-create-other',
    wall: 'policy',
    request: create('/api/v1/namespaces', namespaceNamed('tenant-other', ofTenant('acme'))),
  },
  {
    id: 'namespace-drop-walls',
    wall: 'policy',
    request: merge(cell, {
      metadata: { labels: { 'cellwright.dev/tenant': null, 'pod-security.kubernetes.io/enforce': 'privileged' } },
    }),
  },
  {
    id: 'namespace-pod-security',
    wall: 'policy',
    request: merge(cell, { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
  },
  {
    id: 'namespace-pod-security-version',
    wall: 'policy',
    request: merge(cell, { metadata: { labels: { 'pod-security.kubernetes.io/enforce-version': 'v1.0' } } }),
  },
  {
    id: 'namespace-create-finalizer',
    wall: 'policy',
    request: create('/api/v1/namespaces', {
      ...namespaceNamed('tenant-kept', ofTenant('kept')),
      spec: { finalizers: ['kubernetes', 'example.com/kept'] },
    }),
  },
  {
    id: 'namespace-peer',
    wall: 'policy',
    request: merge(cell, { metadata: { labels: { 'database-access': 'yes' } } }),
  },
  {
    id: 'namespace-annotation',
    wall: 'policy',
    request: merge(cell, {
      metadata: { annotations: { 'scheduler.alpha.kubernetes.io/node-selector': 'pool=system' } },
    }),
  },
  {
    id: 'namespace-owner',
    wall: 'policy',
    request: merge(cell, {
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'none', uid: 'none' }] },
    }),
  },
  { id: 'namespace-finalize', wall: 'rbac', request: replace(`${cell}/finalize`, namespaceNamed('tenant-acme', {})) },
  {
    id: 'namespace-status',
    wall: 'rbac',
    request: merge(`${cell}/status`, { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
  },
];

const elsewhere: readonly Attack[] = [
  {
    id: 'system-config-map',
    wall: 'policy',
    request: create('/api/v1/namespaces/kube-system/configmaps', labelled('ConfigMap', 'mine')),
  },
  {
    id: 'system-change',
    wall: 'policy',
    request: merge('/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt', { data: { 'ca.crt': 'mine' } }),
  },
  { id: 'system-delete', wall: 'policy', request: remove('/api/v1/namespaces/kube-system/serviceaccounts/default') },
  {
    id: 'own-config-map',
    wall: 'policy',
    request: create('/api/v1/namespaces/cellwright-system/configmaps', labelled('ConfigMap', 'mine')),
  },
  { id: 'foreign-service', wall: 'policy', request: remove(`${foreign}/services/shop`) },
  {
    id: 'lookalike-config-map',
    wall: 'policy',
    request: create(`${lookAlike}/configmaps`, labelled('ConfigMap', 'mine')),
  },
  {
    id: 'other-lease',
    wall: 'policy',
    request: create('/apis/coordination.k8s.io/v1/namespaces/cellwright-system/leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'other' },
    }),
  },
  {
    id: 'system-lease',
    wall: 'rbac',
    request: create('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'kube-controller-manager' },
    }),
  },
  {
    id: 'system-event',
    wall: 'rbac',
    request: create('/apis/events.k8s.io/v1/namespaces/kube-system/events', event('kube-system', 'v1', 'Node')),
  },
  {
    id: 'foreign-event',
    wall: 'policy',
    request: create('/apis/events.k8s.io/v1/namespaces/default/events', event('default', 'v1', 'Node')),
  },
];

export function event(namespace: string, apiVersion: string, kind: string): object {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'forged.1', namespace },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'cellwright.dev/runner',
    reportingInstance: 'x',
    action: 'x',
    reason: 'x',
    type: 'Normal',
    regarding: { apiVersion, kind, name: 'node-1' },
  };
}

const rights: readonly Attack[] = [
  {
    id: 'bind-cluster',
    wall: 'rbac',
    request: create(`${rbacPath}/clusterrolebindings`, binding('ClusterRoleBinding')),
  },
  {
    id: 'bind-tenant',
    wall: 'rbac',
    request: create(`${inCell('rbac.authorization.k8s.io/v1')}/rolebindings`, binding('RoleBinding')),
  },
  {
    id: 'role-widen',
    wall: 'rbac',
    request: set(`${rbacPath}/clusterroles/cellwright-runner`, '/rules/-', {
      apiGroups: [''],
      resources: ['secrets'],
      verbs: ['get'],
    }),
  },
  {
    id: 'token-other',
    wall: 'rbac',
    request: create('/api/v1/namespaces/kube-system/serviceaccounts/default/token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    }),
  },
  {
    id: 'token-own',
    wall: 'rbac',
    request: create('/api/v1/namespaces/cellwright-system/serviceaccounts/cellwright-runner/token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 31_536_000 },
    }),
  },
  {
    id: 'impersonate',
    wall: 'rbac',
    request: {
      path: '/api/v1/secrets',
      headers: { 'Impersonate-User': 'admin', 'Impersonate-Group': 'system:masters' },
    },
    rbacAlone: true,
  },
  {
    id: 'aggregate',
    wall: 'rbac',
    request: create('/apis/apiregistration.k8s.io/v1/apiservices', {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.example.com' },
      spec: {
        group: 'example.com',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { name: 'mine', namespace: 'tenant-acme' },
      },
    }),
  },
];

const walls: readonly Attack[] = [
  {
    id: 'webhook-secrets',
    wall: wallOnPatch('validatingwebhookconfigurations'),
    request: set(webhook, '/webhooks/0/rules/-', {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['*'],
      resources: ['secrets'],
    }),
  },
  {
    id: 'webhook-url',
    wall: wallOnPatch('validatingwebhookconfigurations'),
    request: set(webhook, '/webhooks/0/clientConfig', { url: 'https://example.com/' }),
  },
  {
    id: 'webhook-policy',
    wall: wallOnPatch('validatingwebhookconfigurations'),
    request: set(webhook, '/webhooks/0/failurePolicy', 'Fail'),
  },
  {
    id: 'webhook-more',
    wall: wallOnPatch('validatingwebhookconfigurations'),
    request: set(webhook, '/webhooks/-', anotherWebhook()),
  },
  { id: 'webhook-delete', wall: 'rbac', request: remove(webhook) },
  {
    id: 'policy-change',
    wall: 'rbac',
    request: set(`${admission}/validatingadmissionpolicies/cellwright-runner-scope`, '/spec/failurePolicy', 'Ignore'),
    rbacAlone: true,
  },
  {
    id: 'policy-delete',
    wall: 'rbac',
    request: remove(`${admission}/validatingadmissionpolicies/cellwright-runner-scope`),
    rbacAlone: true,
  },
  {
    id: 'binding-delete',
    wall: 'rbac',
    request: remove(`${admission}/validatingadmissionpolicybindings/cellwright-runner-scope`),
    rbacAlone: true,
  },
  {
    id: 'definition',
    wall: 'rbac',
    request: set(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tenantgateways.cellwright.dev',
      '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations',
      [],
    ),
  },
];

function anotherWebhook(): object {
  return {
    name: 'second.cellwright.dev',
    clientConfig: { url: 'https://example.com/' },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
  };
}

export const clusterAttacks: readonly Attack[] = [...namespaces, ...elsewhere, ...rights, ...walls];
