/** What a pass did to each object; the owner's controller decides from the whole. */

/**
 * - `created`, `configured`, `pruned`: written.
 * - `unchanged`: as wanted.
 * - `waiting`: it is being deleted; its end is told by the watch.
 * - `skipped`: not tried, because something before it failed.
 * - `failed`: see `error`.
 */
export type ObjectAction = 'created' | 'configured' | 'unchanged' | 'pruned' | 'waiting' | 'skipped' | 'failed';

/** One object's part of a pass. */
export interface ObjectResult {
  /** `StatefulSet.apps/tenant-acme/gateway` */
  readonly key: string;
  readonly action: ObjectAction;
  /** Only for `failed`. */
  readonly error?: Error;
}

/** Whether everything is as wanted now. */
export function isComplete(results: readonly ObjectResult[]): boolean {
  return results.every(({ action }) => action !== 'failed' && action !== 'skipped' && action !== 'waiting');
}

/** Failure of one object, unless it is the end of the pass itself (abort), which is thrown on. */
export function failure(key: string, error: unknown, signal: AbortSignal): ObjectResult {
  signal.throwIfAborted();
  return { key, action: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
}
