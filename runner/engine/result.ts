/** What a pass did to each object; the owner's controller decides from the whole. */
import { NotLeaderError } from '../kube/fence.ts';

/**
 * - `created`, `configured`, `pruned`: written.
 * - `unchanged`: as wanted.
 * - `leaving`: not wanted, and being deleted.
 * - `waiting`: wanted, and being deleted; it is made anew when its end is told by the watch. Or see `until`.
 * - `held`: left as it is until something else is through; then it is applied.
 * - `skipped`: not tried, because something before it failed.
 * - `failed`: see `error`.
 */
export type ObjectAction =
  'created' | 'configured' | 'unchanged' | 'pruned' | 'leaving' | 'held' | 'waiting' | 'skipped' | 'failed';

/** One object's part of a pass. */
export interface ObjectResult {
  /** `StatefulSet.apps/tenant-acme/gateway` */
  readonly key: string;
  readonly action: ObjectAction;
  /** Only for `failed`. */
  readonly error?: Error;
  /** Only for a fight: the object is there, and left as it is until the next repair. @default - false */
  readonly isThere?: boolean;
  /** Only for `waiting` and `leaving`: when its deletion began, RFC 3339; undefined when it was just begun. */
  readonly since?: string | undefined;
  /** Only for `waiting`: what must be so first, told by the watch. @default - its end */
  readonly until?: string;
  /** Someone else had changed it; only when it was written because of that. */
  readonly repaired?: Repair;
}

/** A change by someone else that was undone. */
export interface Repair {
  /** Manager name under which the object was written last; undefined when it was gone. */
  readonly by: string | undefined;
  /** Places of what was added beside our fields, as JSON pointers; empty when fields of ours were changed or taken. */
  readonly paths: readonly string[];
}

/** Whether nothing is left to do for the object now; one that is pruned may take its time to go. */
export function isSettled(action: ObjectAction): boolean {
  return action !== 'failed' && action !== 'skipped' && action !== 'waiting';
}

/** Whether everything is as wanted now. */
export function isComplete(results: readonly ObjectResult[]): boolean {
  return results.every(({ action }) => isSettled(action));
}

/**
 * Whether everything that is wanted is there, and as wanted or fought over: then what needs it may follow, and what is not wanted may
 * go. Who fights over one label would otherwise keep a stricter policy out for as long as they like.
 */
export function isInPlace(results: readonly ObjectResult[]): boolean {
  return isComplete(results.filter(({ isThere }) => isThere !== true));
}

/** Why objects failed. */
export function errorsOf(results: readonly ObjectResult[]): Error[] {
  return results.flatMap(({ error }) => error ?? []);
}

/** Failure of one object, unless it is the end of the pass itself (abort, or no right to write any more), which is thrown on. */
export function failure(key: string, error: unknown, signal: AbortSignal): ObjectResult {
  signal.throwIfAborted();
  if (error instanceof NotLeaderError) throw error;
  return { key, action: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
}
