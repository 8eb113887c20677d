/**
 * How a live object differs from what is wanted, told without writing: which field, how, and who wrote it.
 *
 * What is wanted must be there with the wanted value. In a list that we write, every further item is a difference; beside the
 * fields of a mapping, everything is one but what the API server adds by itself. That is told by value alone: managedFields name
 * who did it, and whoever writes an object can write those, too.
 */
import { isDeepStrictEqual } from 'node:util';
import type { LiveObject } from '../kube/live-object.ts';
import { alignItems } from './align-items.ts';
import { managedEntries, wroteHow } from './managed-fields.ts';
import type { ManagedEntry, Place } from './managed-fields.ts';
import type { LeftToOthers } from './projection.ts';
import { isSameValue } from './same-value.ts';
import { isServerDefault } from './server-defaults.ts';
import type { WantedObject } from './wanted.ts';

/** One difference. */
export interface Difference {
  readonly place: Place;
  readonly change: 'changed' | 'missing' | 'added';
  /** Manager that wrote it; undefined when the object does not say. */
  readonly by: string | undefined;
  /** That manager is one of those that apply the object as a whole. */
  readonly byApplier: boolean;
}

/** What comparing needs to know. */
export interface ComparisonRules {
  /** Label that everyone who applies whole objects sets: its owners are the appliers. */
  readonly ownerLabel: string;
  readonly leftToOthers: LeftToOthers;
}

/** Differences in the order of the wanted object. */
export function differencesOf(wanted: WantedObject, live: LiveObject, rules: ComparisonRules): Difference[] {
  const entries = managedEntries(live);
  const label: Place = ['metadata', 'labels', rules.ownerLabel];
  const appliers = new Set(
    entries.filter((entry) => wroteHow(entry, label, live) !== undefined).map(({ manager }) => manager ?? ''),
  );
  const kept = [['status'], ...(rules.leftToOthers[live.kind] ?? [])];
  const { apiVersion: _version, kind: _kind, metadata, ...content } = wanted.body;
  const { apiVersion: _liveVersion, kind: _liveKind, metadata: liveMetadata, ...liveContent } = live;
  const walk: Walk = { live, entries, appliers, isKept: (place) => kept.some((path) => startsWith(place, path)) };
  return [
    ...membersOf(walk, {
      wanted: metadata.labels ?? {},
      found: liveMetadata.labels ?? {},
      place: ['metadata', 'labels'],
    }),
    ...membersOf(walk, {
      wanted: metadata.annotations ?? {},
      found: liveMetadata.annotations ?? {},
      place: ['metadata', 'annotations'],
    }),
    ...membersOf(walk, { wanted: content, found: liveContent, place: [] }),
    ...additions(walk, { wanted: content, found: liveContent, place: [] }),
  ];
}

/** Whether an object holds something beside what is wanted, told by value; labels and annotations do not count. */
export function holdsAdditions(wanted: WantedObject, live: LiveObject, leftToOthers: LeftToOthers): boolean {
  return differencesOf(wanted, live, { ownerLabel: '', leftToOthers }).some(({ change }) => change === 'added');
}

/** Managers of an object that nobody asked for, those that made it first. */
export function writersOf(live: LiveObject): string[] {
  return [...new Set(byAge(managedEntries(live)).flatMap(({ manager }) => manager ?? []))];
}

interface Walk {
  readonly live: LiveObject;
  readonly entries: readonly ManagedEntry[];
  readonly appliers: ReadonlySet<string>;
  readonly isKept: (place: Place) => boolean;
}

interface Pair<Value> {
  readonly wanted: Value;
  readonly found: Value;
  readonly place: Place;
}

function compare(walk: Walk, { wanted, found, place }: Pair<unknown>): Difference[] {
  if (walk.isKept(place) || isSameValue({ wanted, found, place })) return [];
  if (found === undefined || found === null) return [difference(walk, 'missing', place)];
  if (Array.isArray(wanted) && Array.isArray(found)) return compareLists(walk, { wanted, found, place });
  if (isMapping(wanted) && isMapping(found)) {
    return [...membersOf(walk, { wanted, found, place }), ...additions(walk, { wanted, found, place })];
  }
  return [difference(walk, 'changed', place)];
}

function membersOf(walk: Walk, { wanted, found, place }: Pair<Readonly<Record<string, unknown>>>): Difference[] {
  return Object.entries(wanted).flatMap(([key, member]) =>
    compare(walk, { wanted: member, found: found[key], place: [...place, key] }),
  );
}

/** Members that we did not write, and that the API server does not add by itself. */
function additions(walk: Walk, { wanted, found, place }: Pair<Readonly<Record<string, unknown>>>): Difference[] {
  return Object.keys(found)
    .filter((key) => !Object.hasOwn(wanted, key))
    .flatMap((key) => additionsAt(walk, [...place, key], found));
}

/** The place itself, or the parts of it that are no defaults where some are. */
function additionsAt(walk: Walk, place: Place, beside: Readonly<Record<string, unknown>>): Difference[] {
  const value = beside[place.at(-1) ?? ''];
  if (value === null || value === undefined || walk.isKept(place)) return [];
  if (isServerDefault({ kind: walk.live.kind, place, value, beside })) return [];
  const parts = isMapping(value) ? Object.keys(value).map((key) => additionsAt(walk, [...place, key], value)) : [];
  return parts.some((part) => part.length === 0) ? parts.flat() : [difference(walk, 'added', place)];
}

function compareLists(walk: Walk, { wanted, found, place }: Pair<readonly unknown[]>): Difference[] {
  const { pairs, missing, added, isMoved } = alignItems(wanted, found);
  if (pairs.length === 0 && missing.length > 0 && added.length > 0) return [difference(walk, 'changed', place)];
  return [
    ...pairs.flatMap(([left, right]) =>
      compare(walk, { wanted: wanted[left], found: found[right], place: [...place, right] }),
    ),
    ...missing.map((index) => difference(walk, 'missing', [...place, nameOf(wanted[index]) ?? index])),
    ...added.map((index) => difference(walk, 'added', [...place, index])),
    ...(isMoved ? [difference(walk, 'changed', place)] : []),
  ];
}

/** Whoever is not an applier comes first: the applier owned the place before, and may own it beside the culprit. */
function difference({ entries, appliers, live }: Walk, change: Difference['change'], place: Place): Difference {
  // What is gone has no owner; what it was part of may have been written as one.
  const written = change === 'missing' ? place.slice(0, -1) : place;
  const owners = byAge(entries.filter((entry) => wroteHow(entry, written, live) !== undefined)).reverse();
  const others = owners.filter(({ manager = '' }) => !appliers.has(manager));
  const by = (others[0] ?? (change === 'missing' ? undefined : owners[0]))?.manager;
  return { place, change, by, byApplier: by !== undefined && appliers.has(by) };
}

function byAge(entries: readonly ManagedEntry[]): ManagedEntry[] {
  return [...entries].sort(({ time: left = '' }, { time: right = '' }) => (left < right ? -1 : left > right ? 1 : 0));
}

function nameOf(item: unknown): string | undefined {
  return isMapping(item) && typeof item['name'] === 'string' ? item['name'] : undefined;
}

function startsWith(place: Place, path: Place): boolean {
  return path.length <= place.length && isDeepStrictEqual(place.slice(0, path.length), path);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
