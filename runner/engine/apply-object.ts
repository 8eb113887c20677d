/** Makes one object as wanted: nothing when the record proves it, else the writes of its strategy. */
import { isLeaving } from './children.ts';
import type { Children, LiveChild } from './children.ts';
import { FieldFightError } from './fights.ts';
import type { Fights } from './fights.ts';
import { carries } from './projection.ts';
import { isAsAccepted, isAsWanted } from './records.ts';
import type { AppliedRecord } from './records-text.ts';
import type { AppliedRecords } from './records.ts';
import { failure } from './result.ts';
import type { ObjectResult } from './result.ts';
import type { WantedObject } from './wanted.ts';
import { write } from './write-object.ts';
import type { WriteDeps } from './write-object.ts';

/** What applying works with. */
export interface ApplyDeps extends WriteDeps {
  readonly children: Pick<Children<unknown>, 'of' | 'answered' | 'deleted'>;
  readonly records: AppliedRecords;
  readonly fights: Fights;
}

/** Never throws but for an aborted signal. */
export async function applyObject(
  deps: ApplyDeps,
  { owner, wanted }: { readonly owner: string; readonly wanted: WantedObject },
  signal: AbortSignal,
): Promise<ObjectResult> {
  const { key } = wanted;
  const children = deps.children.of(owner);
  const known: Known = {
    live: children.get(key),
    record: deps.records.get(owner, key),
    container: wanted.strategy === 'create-once' ? containerOf(children.values()) : undefined,
  };
  const target = { owner, wanted, known };
  if (known.live !== undefined && isLeaving(known.live)) return whileLeaving(deps, target, signal);
  if (isAsWanted(known.record, { wanted, container: known.container }, known.live)) return { key, action: 'unchanged' };
  return bring(deps, target, signal);
}

/** It is made anew when it is gone; until then it holds, as long as a finalizer lets it, and so it is kept as it was accepted. */
async function whileLeaving(deps: ApplyDeps, target: Target, signal: AbortSignal): Promise<ObjectResult> {
  const { wanted, known } = target;
  const { live, record } = known;
  const waiting: ObjectResult = { key: wanted.key, action: 'waiting', since: live?.deletingSince };
  if (live === undefined || wanted.strategy !== 'apply' || isAsAccepted(record, live)) return waiting;
  const result = await bring(deps, target, signal);
  return result.action === 'failed' ? result : { ...result, ...waiting };
}

/** What is to be brought about, and what is known. */
interface Target {
  readonly owner: string;
  readonly wanted: WantedObject;
  readonly known: Known;
}

interface Known {
  readonly live: LiveChild<unknown> | undefined;
  readonly record: AppliedRecord | undefined;
  /** Only for what is never read. */
  readonly container: string | undefined;
}

/** Writes it, and keeps the proof. */
async function bring(deps: ApplyDeps, target: Target, signal: AbortSignal): Promise<ObjectResult> {
  try {
    return await written(deps, target, signal);
  } catch (error) {
    const failed = failure(target.wanted.key, error, signal);
    const { live } = target.known;
    // What someone else deletes is missing meanwhile, or soon: what needs it waits.
    const isThere = error instanceof FieldFightError && live !== undefined && !isLeaving(live);
    return isThere ? { ...failed, isThere } : failed;
  }
}

async function written(deps: ApplyDeps, { owner, wanted, known }: Target, signal: AbortSignal): Promise<ObjectResult> {
  const { key } = wanted;
  const { live, record, container } = known;
  // We want what we wanted: someone else changed it.
  const isRepair = record?.wanted === wanted.digest && wanted.strategy !== 'create-once';
  const by = live?.writer;
  const contest = { owner, key, act: 'repair', by } as const;
  if (isRepair) deps.fights.check(contest);
  const { accepted, cleared = [], action } = await write(deps, { wanted, live, record }, signal);
  if (accepted !== undefined) deps.records.set(owner, key, { ...accepted, uid: accepted.uid ?? container ?? '' });
  if (!isRepair || isSame(live, wanted, accepted?.accepted)) return { key, action };
  deps.fights.did(contest);
  return { key, action, repaired: { by, paths: cleared } };
}

/** Nothing was different after all: the API server gives another default than it did, or only its answer had been lost. */
function isSame(live: LiveChild<unknown> | undefined, { marks }: WantedObject, accepted: string | undefined): boolean {
  return live !== undefined && accepted === live.digest && carries(live.marks, marks);
}

/** The object in which the owner's others lie, as its uid; what lay in a lost one is lost too, also what is never looked at. */
function containerOf(children: Iterable<LiveChild<unknown>>): string | undefined {
  for (const { kind, uid } of children) if (kind.isContainer === true) return uid;
  return undefined;
}
