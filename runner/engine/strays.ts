/**
 * Strays: fields that others put into an object of ours beside our own, such as one more environment variable or container.
 * Server-side apply leaves them alone, because we never said anything about them; for us they are intrusions.
 *
 * Read from managedFields (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management): what
 * others own and we never applied. Ours is only what we applied: an update under our name is a forgery, or a replacement of our own
 * whose fields we do not want any more.
 */
import type { LiveObject } from '../kube/live-object.ts';
import { entriesOnMain, keyOf } from './managed-fields.ts';
import type { Fields, ManagedEntry, Place } from './managed-fields.ts';
import type { LeftToOthers } from './projection.ts';

/** Removes one place, RFC 6902. */
export interface RemoveOperation {
  readonly op: 'remove';
  readonly path: string;
}

/** Operations that take out every stray outside of metadata and status, in an order in which each path still holds. */
export function strayRemovals(live: LiveObject, manager: string, leftToOthers: LeftToOthers): RemoveOperation[] {
  const onMain = entriesOnMain(live);
  const isApplied = (entry: ManagedEntry): boolean => entry.manager === manager && entry.operation === 'Apply';
  const own = onMain.filter(isApplied).map(({ fieldsV1 }) => fieldsV1 ?? {});
  const kept = [['metadata'], ['status'], ...(leftToOthers[live.kind] ?? [])].map((path) => path.join('\0'));
  const places = onMain
    .filter((entry) => !isApplied(entry))
    .flatMap(({ fieldsV1 }) => strayPlaces({ fields: fieldsV1 ?? {}, own, kept, node: live, place: [] }))
    .filter((place) => !kept.some((path) => place.join('\0') === path || place.join('\0').startsWith(`${path}\0`)));
  return [...new Map(places.map((place) => [pointer(place), place])).values()]
    .sort(lastFirst)
    .map((place) => ({ op: 'remove', path: pointer(place) }));
}

interface Walk {
  /** What another manager owns below the place. */
  readonly fields: Fields;
  /** What we own there, one tree an entry. */
  readonly own: readonly Fields[];
  /** Places that others may have, joined by NUL. */
  readonly kept: readonly string[];
  readonly node: unknown;
  readonly place: Place;
}

/** The topmost places below which nothing is ours, nor what others may have. */
function strayPlaces({ fields, own, kept, node, place }: Walk): Place[] {
  return Object.entries(fields).flatMap(([step, below]) => {
    const key = step === '.' ? undefined : keyOf(step, node);
    if (key === undefined) return [];
    const ownBelow = own.flatMap((tree) => tree[step] ?? []);
    const here = [...place, key];
    const holdsKept = kept.some((path) => path.startsWith(`${here.join('\0')}\0`));
    if (ownBelow.length === 0 && !holdsKept) return [here];
    return strayPlaces({
      fields: below,
      own: ownBelow,
      kept,
      node: (node as Record<string | number, unknown>)[key],
      place: here,
    });
  });
}

/** Later items of a list go before earlier ones, so that removing one does not move another. */
function lastFirst(left: Place, right: Place): number {
  for (let depth = 0; depth < Math.min(left.length, right.length); depth += 1) {
    const a = left[depth];
    const b = right[depth];
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return b - a;
    return String(a) < String(b) ? -1 : 1;
  }
  return right.length - left.length;
}

function pointer(place: Place): string {
  return place.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
