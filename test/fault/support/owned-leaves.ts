/** The values of an object that are ours, each with its place, and other values for them. */
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import type { Random } from './seed.ts';

/** Keys and indices from the root. */
export type Place = readonly (string | number)[];

/** One value of ours that is no list and no map. */
export interface Leaf {
  readonly place: Place;
  readonly value: string | number | boolean;
}

/** Every leaf of a synthesized body but its identity. */
export function ownedLeaves({ apiVersion: _version, kind: _kind, metadata, ...content }: KubeObject): Leaf[] {
  const { labels, annotations } = metadata;
  return leavesBelow({ ...content, metadata: { labels, annotations } }, []);
}

function leavesBelow(value: unknown, place: Place): Leaf[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesBelow(item, [...place, index]));
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, member]) => leavesBelow(member, [...place, key]));
  }
  return [{ place, value: value as Leaf['value'] }];
}

/** Other values for a leaf; the first that the API server takes is as good as any. */
export function otherValues(value: Leaf['value']): Leaf['value'][] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1, value - 1];
  return [`${value}-x`, 'other', '77', '77Mi', '10.9.8.0/24', 'UDP', 'Always'].filter((other) => other !== value);
}

/** A JSON pointer (RFC 6901). */
export function pointerTo(place: Place): string {
  return place.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What is at a place; undefined when nothing is. */
export function valueAt(root: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    root,
  );
}

/** A copy with another value at a place that is there. */
export function withValueAt<T extends object>(root: T, place: Place, value: unknown): T {
  const copy = structuredClone(root);
  const parent = valueAt(copy, place.slice(0, -1)) as Record<string | number, unknown>;
  parent[place.at(-1) ?? ''] = value;
  return copy;
}

/** All items in a random order. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}
