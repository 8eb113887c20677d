/** What lies in every namespace, one after the other, from lists that do not grow in number with the tenants. */
import { tenantLabel } from '../../../constructs/cell/labels.ts';
import { cellKinds, pods } from '../../fleet/kinds.ts';
import type { ListOptions } from '../../kube/client.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import type { ResourceKind } from '../../kube/resource.ts';
import { namespacedPolicies, otherRoutes } from '../foreign/other-network-kinds.ts';
import { byNamespace } from '../by-namespace.ts';
import type { KindStream, NamespaceContents } from '../by-namespace.ts';
import { cronJobs, deployments, jobs, replicaSets, roleBindings, roles } from '../read-kinds.ts';
import type { AuditReader } from '../reader.ts';

/** Kinds of which others' objects matter as well, so that they are listed without a label. */
const foreignMatters = new Set(['NetworkPolicy', 'Service', 'ServiceAccount', 'StatefulSet', 'Ingress', 'HTTPRoute']);

interface ReadKind extends ResourceKind {
  readonly pageSize?: number;
  readonly isLabelled: boolean;
}

const namespacedKinds: readonly ReadKind[] = [
  ...cellKinds
    .filter(({ namespaced }) => namespaced)
    .map((kind) => ({ ...kind, isLabelled: !foreignMatters.has(kind.kind) })),
  ...[pods, deployments, jobs, cronJobs, roles, roleBindings, ...namespacedPolicies, ...otherRoutes].map((kind) => ({
    ...kind,
    isLabelled: false,
  })),
];

/** Every kind that is listed here, for the documentation of what a person must be allowed to read. */
export const listedForCells: readonly ResourceKind[] = [...namespacedKinds, replicaSets];

/** What is read. */
export interface ReadScope {
  /** The only namespaces that are looked at, one after the other; undefined for all. */
  readonly only: readonly string[] | undefined;
  /** Namespace of the runner. */
  readonly system: string;
}

/**
 * What lies in each namespace, in the order of the API server's keys; of namespaces that are neither a tenant's nor the runner's, the
 * rights alone.
 */
export async function* readCells(reader: AuditReader, { only, system }: ReadScope): AsyncGenerator<NamespaceContents> {
  const streams = (namespace: string | undefined): KindStream[] =>
    namespacedKinds.map((kind) => ({
      kind: kind.kind,
      objects: ofInterest(reader.list(kind, optionsOf(kind, namespace)), system),
    }));
  // What the runner's Deployment makes; of others, the pods tell.
  const ofSystem = { kind: replicaSets.kind, objects: reader.list(replicaSets, { namespace: system }) };
  if (only === undefined) yield* byNamespace([...streams(undefined), ofSystem]);
  for (const namespace of only ?? [])
    yield* byNamespace([...streams(namespace), ...(namespace === system ? [ofSystem] : [])]);
}

function optionsOf({ pageSize, isLabelled }: ReadKind, namespace: string | undefined): ListOptions {
  return {
    ...(pageSize === undefined ? {} : { limit: pageSize }),
    ...(isLabelled ? { labelSelector: tenantLabel } : {}),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** Rights are of interest everywhere: the runner's account may be named in a binding of any namespace. */
async function* ofInterest(objects: AsyncIterable<LiveObject>, system: string): AsyncGenerator<LiveObject> {
  for await (const live of objects) {
    const { namespace = '' } = live.metadata;
    const isRight = live.kind === 'Role' || live.kind === 'RoleBinding';
    if (isRight || namespace === system || namespace.startsWith('tenant-')) yield live;
  }
}
