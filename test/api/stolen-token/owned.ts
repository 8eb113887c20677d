/** What a stolen token of the runner still does: docs/security.md says it plainly, and this keeps it true. */
import type { Attack } from './attack.ts';
import { cell, create, inCell, labelled, merge, remove } from './attack.ts';

/** By the ids of the same table; all of it inside tenants' namespaces, but for what is only read. */
export const owned: readonly Pick<Attack, 'id' | 'request'>[] = [
  { id: 'owned-read', request: { path: '/api/v1/configmaps?limit=1' } },
  { id: 'owned-namespace', request: remove(cell) },
  { id: 'owned-config', request: create(`${cell}/configmaps`, labelled('ConfigMap', 'mine', { data: { a: 'b' } })) },
  {
    id: 'owned-egress',
    request: merge(`${inCell('networking.k8s.io/v1')}/networkpolicies/cell`, {
      spec: { egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443, protocol: 'TCP' }] }] },
    }),
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
