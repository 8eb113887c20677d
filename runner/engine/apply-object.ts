/** Makes one object as wanted: nothing when the record proves it, else the writes of its strategy. */
import type { Children, LiveChild } from './children.ts';
import type { Fights } from './fights.ts';
import { isAsWanted } from './records.ts';
import type { AppliedRecords } from './records.ts';
import { failure } from './result.ts';
import type { ObjectResult } from './result.ts';
import type { WantedObject } from './wanted.ts';
import { write } from './write-object.ts';
import type { WriteDeps } from './write-object.ts';

/** What applying works with. */
export interface ApplyDeps extends WriteDeps {
  readonly children: Pick<Children<unknown>, 'of' | 'answered'>;
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
  const live = children.get(key);
  const record = deps.records.get(owner, key);
  if (live?.deleting === true) return { key, action: 'waiting', since: live.deletingSince };
  const container = containerOf(children.values());
  if (isAsWanted(record, { wanted, container }, live)) return { key, action: 'unchanged' };
  // We want what we wanted: someone else changed it.
  const isRepair = record?.wanted === wanted.digest && wanted.strategy !== 'create-once';
  try {
    if (isRepair) deps.fights.check(key);
    const { accepted, ...result } = await write(deps, { wanted, live, record }, signal);
    if (accepted !== undefined) deps.records.set(owner, key, { ...accepted, uid: accepted.uid ?? container ?? '' });
    if (!isRepair) return { key, ...result };
    deps.fights.repaired(key);
    return { key, ...result, repaired: { by: live?.writer, paths: result.cleared ?? [] } };
  } catch (error) {
    return failure(key, error, signal);
  }
}

/** The object in which the owner's others lie, as its uid; what lay in a lost one is lost too, also what is never looked at. */
function containerOf(children: Iterable<LiveChild<unknown>>): string | undefined {
  for (const { kind, uid } of children) if (kind.isContainer === true) return uid;
  return undefined;
}
