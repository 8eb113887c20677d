/** What a tenant's admin might write into a TenantGateway. */
import { ours } from '../running-fleet.ts';
import { patch, post, remove } from './attack.ts';
import type { Attack } from './attack.ts';

const own = ours('TenantGateway', 'acme');
const fields = 'cellwright-platform-fields';
const staysWithOrganization = 'schema: a tenant stays with its organization: keep it, or make a new tenant there';
const keepsStorageClass =
  'schema: the storage class of a volume cannot change: keep it, or move the data to a new tenant';

/** Merge patches of the spec of one's own tenant. */
const specs: Readonly<Record<string, object>> = {
  'tg-image': { openclaw: { image: 'evil.example.com/openclaw:1' } },
  'tg-version': { openclaw: { version: '2026.1.1' } },
  'tg-plugins': { openclaw: { plugins: [{ name: 'evil', version: '1.0.0' }] } },
  'tg-skills': { openclaw: { skills: [{ name: 'evil', version: '1.0.0' }] } },
  'tg-mcp': { openclaw: { mcpServers: [{ name: 'evil', url: 'https://evil.example.com' }] } },
  'tg-team': { team: 'finance' },
  'tg-profile': { profile: 'lax' },
  'tg-delivery': { delivery: 'Rendered', access: { tokenSecretRef: { name: 'mine', key: 'token' } } },
  'tg-deletion': { deletionPolicy: 'Delete' },
  'tg-host': { access: { ingress: { host: 'other.agents.example.com' } } },
  'tg-ingress-class': { access: { ingress: { className: 'public' } } },
  'tg-ingress-annotations': { access: { ingress: { annotations: { 'nginx.ingress.kubernetes.io/x': 'y' } } } },
  'tg-route-host': {
    access: { httpRoute: { host: 'other.example.com', gateway: { name: 'shared', namespace: 'ingress-system' } } },
  },
  'tg-route': { access: { httpRoute: { gateway: { name: 'shared', namespace: 'ingress-system' } } } },
  'tg-runtime': { scheduling: { runtimeClassName: 'runc' } },
  'tg-node': { scheduling: { nodeSelector: { 'node-role.kubernetes.io/control-plane': '' } } },
  'tg-tolerations': { scheduling: { tolerations: [{ operator: 'Exists' }] } },
  'tg-priority': { scheduling: { priorityClassName: 'system-node-critical' } },
  'tg-pull-secrets': { scheduling: { imagePullSecrets: ['mine'] } },
};

const metadata: Readonly<Record<string, object>> = {
  'tg-pause': { annotations: { 'cellwright.dev/paused': 'true' } },
  'tg-confirm': { annotations: { 'cellwright.dev/confirm-deletion': 'true' } },
  'tg-finalizer': { finalizers: null },
  // The garbage collector deletes what names an owner that is not there.
  'tg-owner': { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'gone', uid: 'gone' }] },
  'tg-label': { labels: { canary: 'yes' } },
};

const attack = (id: string, wall: string, request: Attack['request']): Attack => ({
  id,
  wall,
  as: 'documented',
  request,
});

/** Rejected with every right that is not one of ours. */
export const tenantGatewayAttacks: readonly Attack[] = [
  ...Object.entries(specs).map(([id, spec]) => attack(id, fields, patch(own, { spec }))),
  ...Object.entries(metadata).map(([id, change]) => attack(id, fields, patch(own, { metadata: change }))),
  // Made again, it would have the class of the profile.
  attack('tg-route-again', fields, patch(ours('TenantGateway', 'routed'), { spec: { access: { ingress: null } } })),
  attack('tg-route-free', fields, patch(ours('TenantGateway', 'routed'), { spec: { access: null } })),
  attack('tg-apply', fields, {
    method: 'PATCH',
    path: `${own}?fieldManager=mallory&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'cellwright.dev/v1alpha1',
      kind: 'TenantGateway',
      metadata: { name: 'acme' },
      spec: { profile: 'lax' },
    },
  }),
  attack('tg-json-patch', fields, {
    method: 'PATCH',
    path: own,
    contentType: 'application/json-patch+json',
    body: [{ op: 'remove', path: '/spec/team' }],
  }),
  attack('tg-hold', fields, {
    method: 'PATCH',
    path: own,
    contentType: 'application/json-patch+json',
    body: [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.com/hold' }],
  }),
  attack('tg-organization', staysWithOrganization, patch(own, { spec: { organization: 'initech' } })),
  attack('tg-storage-class', keepsStorageClass, patch(own, { spec: { storage: { className: 'unencrypted' } } })),
  attack('tg-other', 'RBAC', patch(ours('TenantGateway', 'other'), { spec: { state: 'Stopped' } })),
  attack('tg-list', 'RBAC', { path: ours('TenantGateway') }),
  attack(
    'tg-create',
    'RBAC',
    post(ours('TenantGateway'), {
      apiVersion: 'cellwright.dev/v1alpha1',
      kind: 'TenantGateway',
      metadata: { name: 'second' },
      spec: {},
    }),
  ),
  attack('tg-delete', 'RBAC', remove(own)),
  attack('tg-status', 'RBAC', patch(`${own}/status`, { status: { applied: '' } })),
];
