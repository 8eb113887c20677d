/** What a pass that failed says to the queue. */
import type { Outcome } from '../engine/queue.ts';
import { askAgainMs } from '../kube/retry-after.ts';

/** When the API server said when to ask again, the pass comes back then, and no sooner; otherwise after its back-off. */
export function tryAgain(errors: readonly unknown[]): Extract<Outcome, { type: 'retry' }> {
  const waits = errors.flatMap((error) => askAgainMs(error) ?? []);
  return waits.length === 0 ? { type: 'retry' } : { type: 'retry', notBeforeMs: Math.max(...waits) };
}
