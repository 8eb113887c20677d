/**
 * Looks at children that somebody else applies, and says how they differ from what is wanted. Nothing is written.
 *
 * Each object is read once, and again only when the watch tells of a change that matters: a record of what was read
 * proves the rest, as applied records do for our own writes.
 */
import type { KubeClient } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { mapBounded, requestsPerOwner } from './bounded.ts';
import { isLeaving } from './children.ts';
import type { Children, LiveChild } from './children.ts';
import { differencesOf, writersOf } from './differences.ts';
import type { ComparisonRules, Difference } from './differences.ts';
import { digest } from './digest.ts';
import type { ManagedKind } from './kind.ts';
import { carries } from './projection.ts';
import { readIfThere } from './read.ts';
import { AppliedRecords } from './records.ts';
import { placeOf, wantedObject } from './wanted.ts';
import type { WantedObject } from './wanted.ts';

/** How one object is not as wanted. */
export interface Drift {
  readonly kind: ManagedKind;
  readonly key: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** `extra`: it belongs to the owner by label and place, and nobody wants it. */
  readonly state: 'missing' | 'differs' | 'extra';
  /** Only for `differs`. */
  readonly differences: readonly Difference[];
  /** Managers that wrote it; only for `extra`. */
  readonly writers: readonly string[];
}

/** What was seen of the children of all owners, in memory. */
export class Observations {
  /** Versions that were looked at. */
  readonly records = new AppliedRecords('observed');
  readonly #drift = new Map<string, Map<string, Drift | undefined>>();

  of(owner: string, key: string): Drift | undefined {
    return this.#drift.get(owner)?.get(key);
  }

  set(owner: string, key: string, drift: Drift | undefined): void {
    const known = this.#drift.get(owner) ?? new Map<string, Drift | undefined>();
    known.set(key, drift);
    this.#drift.set(owner, known);
  }

  /** Forgets what is not looked at any more. */
  keepOnly(owner: string, keys: ReadonlySet<string>): void {
    this.records.keepOnly(owner, keys);
    const known = this.#drift.get(owner);
    for (const key of known?.keys() ?? []) if (!keys.has(key)) known?.delete(key);
  }

  clear(): void {
    this.records.clear();
    this.#drift.clear();
  }

  forgetAll(owner: string): void {
    this.records.forgetAll(owner);
    this.#drift.delete(owner);
  }
}

/** What observing works with. */
export interface ObserveDeps extends ComparisonRules {
  readonly client: Pick<KubeClient, 'get'>;
  readonly children: Pick<Children<unknown>, 'of' | 'answered'>;
  readonly observations: Observations;
}

/** Whose children, and what they should be. */
export interface ObservedOwner {
  readonly owner: string;
  readonly wanted: readonly WantedObject[];
  /** Objects that nobody wants and that are no drift all the same. */
  readonly isLeftOver: (child: LiveChild<unknown>) => boolean;
}

/** Everything that is not as wanted, in the order of what is wanted, then what nobody wants. @throws what the API server answers */
export async function observeChildren(
  deps: ObserveDeps,
  { owner, wanted, isLeftOver }: ObservedOwner,
  signal: AbortSignal,
): Promise<Drift[]> {
  const children = deps.children.of(owner);
  const isWanted = new Set(wanted.map(({ key }) => key));
  const extras = [...children.values()]
    .filter((child) => !isWanted.has(child.key) && !isLeaving(child) && !isLeftOver(child))
    .sort(({ key: left }, { key: right }) => (left < right ? -1 : 1))
    .map((child) => marker(child, deps.ownerLabel, owner));
  deps.observations.keepOnly(owner, new Set([...wanted, ...extras].map(({ key }) => key)));
  const look = (item: WantedObject, compare: (live: LiveObject) => Drift | undefined): Promise<Drift | undefined> =>
    lookAt(deps, { owner, item, compare }, signal);
  const looks = [
    ...wanted.map((item) => () => look(item, (live) => differing(item, differencesOf(item, live, deps)))),
    ...extras.map((item) => () => look(item, (live) => ({ ...driftOf(item, 'extra'), writers: writersOf(live) }))),
  ];
  const drift = await mapBounded(looks, requestsPerOwner, (lookOnce) => lookOnce());
  return drift.filter((found) => found !== undefined);
}

interface Look {
  readonly owner: string;
  readonly item: WantedObject;
  readonly compare: (live: LiveObject) => Drift | undefined;
}

async function lookAt(
  { client, children, observations }: ObserveDeps,
  { owner, item, compare }: Look,
  signal: AbortSignal,
): Promise<Drift | undefined> {
  const { key, kind } = item;
  const child = children.of(owner).get(key);
  if (child === undefined || isLeaving(child)) return driftOf(item, 'missing');
  const record = observations.records.get(owner, key);
  const wasSeen =
    record?.uid === child.uid && record.wanted === item.digest && record.accepted === versionOf(child, item);
  if (wasSeen) return observations.of(owner, key);
  const live = await readIfThere(client, placeOf(item), signal);
  if (live === undefined) return driftOf(item, 'missing');
  const drift = compare(live);
  observations.set(owner, key, drift);
  const read = children.answered(kind, live);
  observations.records.set(owner, key, { uid: read.uid, wanted: item.digest, accepted: versionOf(read, item) });
  return drift;
}

/** Stands for everything that is compared: what matters, and our labels and annotations; others' cost no look. */
function versionOf({ digest: content, marks }: LiveChild<unknown>, wanted: WantedObject): string {
  return digest([content, carries(marks, wanted.marks) ? 'ours are there' : marks]);
}

/** Stands for an object that nobody wants, so that it is looked at once too. */
function marker({ kind, name, namespace }: LiveChild<unknown>, label: string, owner: string): WantedObject {
  const place = namespace === undefined ? {} : { namespace };
  const metadata = { name, ...place, labels: { [label]: owner } };
  return wantedObject(kind, { apiVersion: kind.apiVersion, kind: kind.kind, metadata }, 'apply');
}

function differing(item: WantedObject, differences: readonly Difference[]): Drift | undefined {
  return differences.length === 0 ? undefined : { ...driftOf(item, 'differs'), differences };
}

function driftOf({ kind, key, body: { metadata } }: WantedObject, state: Drift['state']): Drift {
  return { kind, key, name: metadata.name, namespace: metadata.namespace, state, differences: [], writers: [] };
}
