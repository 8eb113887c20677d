/**
 * An object that looks otherwise than when it was accepted although nobody claims to have changed it. Mostly an API server of
 * another version gives other defaults; then nothing is to be written, and one replacement that changes nothing proves it.
 *
 * The same is seen when somebody put the traces of an addition away. So nothing is believed: the replacement is sent all the
 * same, and takes out whatever we do not want. What managedFields say only decides whether an apply must go before it: one is
 * needed to own our fields, and of no use when we own all of them, with the values that we want, and no place is named as
 * somebody else's.
 */
import type { KubeClient } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { LiveChild } from './children.ts';
import { replacement } from './clear-intrusions.ts';
import type { ClearDeps } from './clear-intrusions.ts';
import { entriesOnMain, wroteHow } from './managed-fields.ts';
import type { ManagedEntry, Place } from './managed-fields.ts';
import { carries } from './projection.ts';
import { readIfThere } from './read.ts';
import { isAsAccepted } from './records.ts';
import type { AppliedRecord } from './records-text.ts';
import { isSameValue } from './same-value.ts';
import type { ComparedValues } from './same-value.ts';
import { strayRemovals } from './strays.ts';
import { placeOf } from './wanted.ts';
import type { WantedObject } from './wanted.ts';

/** What replacing works with. */
export interface UnclaimedDeps extends ClearDeps {
  readonly client: Pick<KubeClient, 'get' | 'jsonPatch' | 'replace'>;
}

/** What is wanted, and what is known of what there is. */
export interface Unclaimed {
  readonly wanted: WantedObject;
  readonly live: LiveChild<unknown> | undefined;
  readonly record: AppliedRecord | undefined;
}

/**
 * The object once it is replaced, or undefined where an apply must come first.
 * @throws what the API server answers; a conflict when the object changed meanwhile
 */
export async function replaceUnclaimed(
  deps: UnclaimedDeps,
  { wanted, live, record }: Unclaimed,
  signal: AbortSignal,
): Promise<LiveObject | undefined> {
  const isUnclaimed = live?.writer === deps.fieldManager && record?.wanted === wanted.digest && record.uid === live.uid;
  // Labels are ours to put back by applying; what is still as accepted has lost nothing else.
  if (!isUnclaimed || isAsAccepted(record, live) || !carries(live.marks, wanted.marks)) return undefined;
  const now = await readIfThere(deps.client, placeOf(wanted), signal);
  if (now?.metadata.uid !== live.uid || !isWhollyOwn(wanted, now, deps.fieldManager)) return undefined;
  if (strayRemovals(now, deps.fieldManager, deps.leftToOthers).length > 0) return undefined;
  return deps.client.replace(wanted.kind, replacement(deps, wanted.body, now), signal);
}

/** Whether every field that we want is there with its value, and applied by us. */
function isWhollyOwn({ body }: WantedObject, live: LiveObject, manager: string): boolean {
  const own = entriesOnMain(live).filter((entry) => entry.manager === manager && entry.operation === 'Apply');
  const { apiVersion: _version, kind: _kind, metadata, ...content } = body;
  const { labels = {}, annotations = {} } = metadata;
  const wanted = { ...content, metadata: { labels, annotations } };
  return isOwn({ own, live }, { wanted, found: live, place: [] });
}

interface Owner {
  readonly own: readonly ManagedEntry[];
  readonly live: LiveObject;
}

function isOwn(owner: Owner, { wanted, found, place }: ComparedValues): boolean {
  const members = membersOf(wanted);
  if (members.length > 0 && typeof found === 'object' && found !== null) {
    const isWhole = !Array.isArray(wanted) || members.length === (found as readonly unknown[]).length;
    return isWhole && members.every(([key, member]) => isOwn(owner, memberAt(found, { key, member, place })));
  }
  return isSameValue({ wanted, found, place }) && (found === undefined || isApplied(owner, place));
}

function isApplied({ own, live }: Owner, place: Place): boolean {
  return own.some((entry) => wroteHow(entry, place, live) !== undefined);
}

function membersOf(value: unknown): (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return [...value.entries()];
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function memberAt(
  found: object,
  { key, member, place }: { readonly key: string | number; readonly member: unknown; readonly place: Place },
): ComparedValues {
  return { wanted: member, found: (found as Readonly<Record<string | number, unknown>>)[key], place: [...place, key] };
}
