/** What a tenant's admin might do to the walls themselves, and to others. */
import { ours } from '../running-fleet.ts';
import { patch, remove } from './attack.ts';
import type { Attack } from './attack.ts';
import { bindingsPath, definitionPath, policiesPath, rulesPointer } from './walls.ts';

const requests: Readonly<Record<string, Attack['request']>> = {
  'policy-delete': remove(`${policiesPath}/cellwright-tenant-guards`),
  'policy-unbind': remove(`${bindingsPath}/cellwright-tenant-guards`),
  'webhook-delete': remove('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/cellwright'),
  'bundle-edit': patch(ours('PolicyBundle', 'base'), { spec: { rules: { tools: { deny: null } } } }),
  'profile-edit': patch(ours('GatewayProfile', 'default'), { spec: { images: { allowed: ['evil.example.com/'] } } }),
  'crd-edit': {
    method: 'PATCH',
    path: definitionPath,
    contentType: 'application/json-patch+json',
    body: [{ op: 'replace', path: rulesPointer, value: [] }],
  },
  'runner-stop': patch('/apis/apps/v1/namespaces/cellwright-system/deployments/cellwright-runner/scale', {
    spec: { replicas: 0 },
  }),
  'role-raise': patch('/apis/rbac.authorization.k8s.io/v1/clusterroles/cellwright-tenant-admin', {
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
  }),
  'other-secrets': { path: '/api/v1/namespaces/tenant-other/secrets' },
  'other-pods': { path: '/api/v1/namespaces/tenant-other/pods' },
};

/** None of them is for RBAC to give to a tenant's admin, so nothing else stands there. */
export const clusterAttacks: readonly Attack[] = Object.entries(requests).map(([id, request]) => ({
  id,
  wall: 'RBAC',
  as: 'documented',
  request,
}));
