/** Every tenant's cell, one after the other, from lists that do not grow in number with the tenants. */
import { cellNamespace, tenantLabel } from '../../../constructs/cell/labels.ts';
import { cellKinds, pods } from '../../fleet/kinds.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import type { ResourceKind } from '../../kube/resource.ts';
import { byNamespace } from '../by-namespace.ts';
import type { NamespaceContents } from '../by-namespace.ts';
import { roleBindings, roles } from '../read-kinds.ts';
import type { AuditReader } from '../reader.ts';

/** Kinds of which others' objects matter as well, so that they are listed without a label. */
const foreignMatters = new Set(['NetworkPolicy', 'Service', 'ServiceAccount', 'Ingress', 'HTTPRoute']);

interface ReadKind extends ResourceKind {
  readonly pageSize?: number;
  readonly isLabelled: boolean;
}

const namespacedKinds: readonly ReadKind[] = [
  ...cellKinds
    .filter(({ namespaced }) => namespaced)
    .map((kind) => ({ ...kind, isLabelled: !foreignMatters.has(kind.kind) })),
  ...[pods, roles, roleBindings].map((kind) => ({ ...kind, isLabelled: false })),
];

/** Every kind that is listed for cells, for the documentation of what a person must be allowed to read. */
export const listedForCells: readonly ResourceKind[] = namespacedKinds;

/**
 * What lies in each namespace, in the order of the API server's keys; of namespaces that are no tenant's, the rights alone.
 * @param tenant the only one that is looked at; undefined for all
 */
export function readCells(reader: AuditReader, tenant: string | undefined): AsyncGenerator<NamespaceContents> {
  return byNamespace(
    namespacedKinds.map((kind) => ({
      kind: kind.kind,
      objects: ofInterest(
        reader.list(kind, {
          ...(kind.pageSize === undefined ? {} : { limit: kind.pageSize }),
          ...(kind.isLabelled ? { labelSelector: tenantLabel } : {}),
          ...(tenant === undefined ? {} : { namespace: cellNamespace(tenant) }),
        }),
      ),
    })),
  );
}

/** Rights are of interest everywhere: the runner's account may be named in a binding of any namespace. */
async function* ofInterest(objects: AsyncIterable<LiveObject>): AsyncGenerator<LiveObject> {
  for await (const live of objects) {
    const isRight = live.kind === 'Role' || live.kind === 'RoleBinding';
    if (isRight || (live.metadata.namespace ?? '').startsWith('tenant-')) yield live;
  }
}
