/** Reading Secrets, and making them where a controller or a pod fills or uses them. */
import type { Attack } from './attack.ts';
import { cell, create, labelled, merge, remove, replace, set, tenantLabels } from './attack.ts';

const secret = `${cell}/secrets/model-keys`;
const read = (id: string, path: string): Attack => ({ id, wall: 'rbac', request: { path }, rbacAlone: true });

function tokenSecret(namespace: string, labels?: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: {
      name: 'minted',
      namespace,
      annotations: { 'kubernetes.io/service-account.name': 'default' },
      ...(labels === undefined ? {} : { labels }),
    },
  };
}

/** `data` of a Secret comes back from every verb but create. */
export const secretAttacks: readonly Attack[] = [
  read('secret-get', secret),
  read('secret-list', '/api/v1/secrets'),
  {
    id: 'secret-list-metadata',
    wall: 'rbac',
    request: {
      path: '/api/v1/secrets',
      headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
    },
    rbacAlone: true,
  },
  read('secret-watch', '/api/v1/secrets?watch=1&timeoutSeconds=1'),
  {
    id: 'secret-delete',
    wall: 'rbac',
    request: {
      method: 'DELETE',
      path: `${secret}?dryRun=All`,
      body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Foreground', dryRun: ['All'] },
    },
  },
  { id: 'secret-delete-all', wall: 'rbac', request: remove(`${cell}/secrets`) },
  { id: 'secret-patch-json', wall: 'rbac', request: set(secret, '/metadata/labels', tenantLabels) },
  { id: 'secret-patch-merge', wall: 'rbac', request: merge(secret, { metadata: { labels: tenantLabels } }) },
  {
    id: 'secret-apply',
    wall: 'rbac',
    request: {
      method: 'PATCH',
      path: `${secret}?dryRun=All&fieldValidation=Strict&fieldManager=cellwright&force=true`,
      body: labelled('Secret', 'model-keys'),
      contentType: 'application/apply-patch+yaml',
    },
  },
  { id: 'secret-put', wall: 'rbac', request: replace(secret, labelled('Secret', 'model-keys')) },
  {
    id: 'secret-mint-system',
    wall: 'policy',
    request: create('/api/v1/namespaces/kube-system/secrets', tokenSecret('kube-system')),
  },
  {
    id: 'secret-mint-tenant',
    wall: 'policy',
    request: create(`${cell}/secrets`, tokenSecret('tenant-acme', { 'cellwright.dev/tenant': 'acme' })),
  },
  {
    id: 'secret-plant',
    wall: 'policy',
    request: create('/api/v1/namespaces/kube-system/secrets', labelled('Secret', 'gateway-token-aaaaaaaaaa')),
  },
  { id: 'secret-name', wall: 'policy', request: create(`${cell}/secrets`, labelled('Secret', 'other-keys')) },
  {
    id: 'secret-content',
    wall: 'policy',
    request: create(`${cell}/secrets`, labelled('Secret', 'gateway-token-aaaaaaaaaa', { stringData: { other: 'x' } })),
  },
];
