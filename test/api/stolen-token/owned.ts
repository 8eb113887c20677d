/** What a stolen token of the runner still does: docs/security.md says it plainly, and this keeps it true. */
import type { Attack } from './attack.ts';
import { platformNames } from '../../../constructs/platform/labels.ts';
import { cell, create, inCell, labelled, merge, remove, set } from './attack.ts';
import { event, namespaceNamed, ofTenant } from './cluster-attacks.ts';
import { ownIngress } from './route-attacks.ts';
import { setWithClaim } from './tenant-attacks.ts';

const statefulSets = `${inCell('apps/v1')}/statefulsets`;
const leases = `/apis/coordination.k8s.io/v1/namespaces/${platformNames.namespace}/leases`;

/** By the ids of the same table; all of it inside tenants' namespaces, but for what is only read. */
export const owned: readonly Pick<Attack, 'id' | 'request'>[] = [
  { id: 'owned-read', request: { path: '/api/v1/configmaps?limit=1' } },
  { id: 'owned-namespace', request: remove(cell) },
  { id: 'owned-new', request: create('/api/v1/namespaces', namespaceNamed('tenant-new', ofTenant('new'))) },
  { id: 'owned-profile', request: merge(cell, { metadata: { labels: { 'cellwright.dev/profile': 'none' } } }) },
  { id: 'owned-walls', request: remove(`${inCell('networking.k8s.io/v1')}/networkpolicies/default-deny`) },
  { id: 'owned-quota', request: remove(`${cell}/resourcequotas/cell`) },
  { id: 'owned-config', request: create(`${cell}/configmaps`, labelled('ConfigMap', 'mine', { data: { a: 'b' } })) },
  {
    id: 'owned-egress',
    request: merge(`${inCell('networking.k8s.io/v1')}/networkpolicies/cell`, {
      spec: { egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443, protocol: 'TCP' }] }] },
    }),
  },
  { id: 'owned-host', request: ownIngress('shop.example.com') },
  { id: 'owned-label', request: set(`${statefulSets}/gateway`, '/spec/template/metadata/labels/app', 'shop') },
  { id: 'owned-nodes', request: set(`${statefulSets}/gateway`, '/spec/template/spec/runtimeClassName', 'other') },
  { id: 'owned-storage', request: create(statefulSets, setWithClaim({ spec: { storageClassName: 'other' } })) },
  {
    id: 'owned-lease',
    request: create(leases, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: platformNames.lease },
      spec: { holderIdentity: 'mine', leaseDurationSeconds: 2_000_000_000 },
    }),
  },
  {
    id: 'owned-event',
    request: create(
      '/apis/events.k8s.io/v1/namespaces/default/events',
      event('default', 'cellwright.dev/v1alpha1', 'TenantGateway'),
    ),
  },
  {
    id: 'owned-finalizer',
    request: set('/apis/cellwright.dev/v1alpha1/tenantgateways/acme', '/metadata/finalizers/-', 'cellwright.dev/kept'),
  },
  {
    id: 'owned-credential',
    request: {
      method: 'PATCH',
      path: `${inCell('apps/v1')}/statefulsets/gateway?dryRun=All`,
      contentType: 'application/json-patch+json',
      body: [
        {
          op: 'add',
          path: '/spec/template/spec/containers/0/env/-',
          value: { name: 'X', valueFrom: { secretKeyRef: { name: 'registry', key: 'x' } } },
        },
      ],
    },
  },
  {
    id: 'owned-status',
    request: merge('/apis/cellwright.dev/v1alpha1/tenantgateways/acme/status', { status: { url: 'http://forged' } }),
  },
];
