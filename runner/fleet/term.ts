/** The end of a term: what fails because of it is no failure, and whoever leads next does it again. */
import { NotLeaderError } from '../kube/fence.ts';

/** Whether an error says no more than that this runner may not go on. @param signal of the pass */
export function isEndOfTerm(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || error instanceof NotLeaderError;
}
