/** The closed list of kinds that an engine manages: nothing else is ever written or deleted. */
import type { Propagation } from '../kube/client.ts';
import { groupSuffix } from '../kube/resource.ts';
import type { ObjectName, ResourceKind } from '../kube/resource.ts';
import type { Recreation } from './recreate.ts';

/** A kind and how it is handled. */
export interface ManagedKind extends ResourceKind {
  /** Lower waves are applied first and removed last. */
  readonly wave: number;
  /** The cluster may lack the kind. */
  readonly optional?: boolean;
  /** Items a page of a list, for kinds with large objects. @default 200 */
  readonly pageSize?: number;
  /** False: objects of it are not watched, compared or pruned (we may only create them). @default true */
  readonly watched?: boolean;
  /** False: never removed because it is not wanted any more. @default true */
  readonly prunable?: boolean;
  /** The owner's other objects lie in it, so that a new one is empty. */
  readonly isContainer?: boolean;
  /** How it is made anew when a field changes that cannot be changed. @default - it is not, and the change fails */
  readonly recreate?: Recreation;
  /** How what the object made goes when the object is removed; Foreground: the object stays until then. @default Background */
  readonly propagation?: Propagation;
}

/** Key of one object among all children: `StatefulSet.apps/tenant-acme/gateway`. */
export function childKey(
  kind: Pick<ManagedKind, 'apiVersion' | 'kind'>,
  name: { readonly name: string; readonly namespace?: string | undefined },
): string {
  const type = `${kind.kind}${groupSuffix(kind.apiVersion)}`;
  return (name.namespace === undefined ? [type, name.name] : [type, name.namespace, name.name]).join('/');
}

/** The object of a {@link childKey}; undefined for what is never looked at. */
export function placeOfKey(
  kinds: readonly ManagedKind[],
  key: string,
): { readonly kind: ManagedKind; readonly name: ObjectName } | undefined {
  const parts = key.split('/').slice(1);
  const name = parts.at(-1) ?? '';
  const named = parts.length === 1 ? { name } : { name, namespace: parts[0] ?? '' };
  const kind = kinds.find((known) => known.watched !== false && childKey(known, named) === key);
  return kind && { kind, name: named };
}
