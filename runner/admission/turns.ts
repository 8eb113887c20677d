/**
 * Who has the event loop for a review, and for how long. Work that cannot be interrupted (reading a review, judging a spec) is done
 * in turns, each charged to its caller; between turns the loop is free for at least as long as it was taken, so that the lease and
 * the passes of the runner go on, whoever asks whatever.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../kube/clock.ts';
import type { Caller } from './callers.ts';
import { ShedReviewError } from './refusal.ts';

/**
 * Does work when its turn comes.
 * @throws ShedReviewError when the caller has no time left by then, and what the work throws
 */
export type Turn = <T>(work: () => T) => Promise<T>;

/** Turns follow each other without a rest until they took this long together, in milliseconds: ordinary reviews never wait. */
const sliceMs = 10;

const current = new AsyncLocalStorage<Turn>();

/** Work in a turn of the review that is under way here; outside of any, in the next one of the event loop. */
export async function inTurn<T>(work: () => T): Promise<T> {
  const turn = current.getStore();
  if (turn !== undefined) return turn(work);
  await nextTurn();
  return work();
}

interface Waiting {
  readonly caller: Caller;
  readonly work: () => void;
  readonly refuse: (reason: Error) => void;
}

/** See above. */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #isPlanned = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The turns of one review; what its work starts finds them by `inTurn`.
   * @param signal aborted when nobody waits for the answer any more, so that nothing is done for it
   */
  of(caller: Caller, signal: AbortSignal): Turn {
    const turn: Turn = (work) =>
      new Promise((resolve, reject: (reason: Error) => void) => {
        const once = (): void => {
          try {
            signal.throwIfAborted();
            resolve(current.run(turn, work));
          } catch (error) {
            reject(error instanceof Error ? error : new Error('a turn failed', { cause: error }));
          }
        };
        this.#waiting.push({ caller, work: once, refuse: reject });
        this.#plan();
      });
    return turn;
  }

  #plan(): void {
    if (this.#isPlanned || this.#waiting.length === 0) return;
    this.#isPlanned = true;
    setImmediate(() => this.#slice());
  }

  #slice(): void {
    const began = this.#clock.monotonic();
    let tookMs = 0;
    while (this.#waiting.length > 0 && tookMs < sliceMs) {
      this.#doNext();
      tookMs = this.#clock.monotonic() - began;
    }
    const plan = (): void => {
      this.#isPlanned = false;
      this.#plan();
    };
    if (tookMs < sliceMs) plan();
    else this.#clock.after(tookMs, plan);
  }

  #doNext(): void {
    const next = this.#takeNext();
    if (next === undefined) return;
    if (next.caller.isSpent) {
      next.refuse(new ShedReviewError());
      return;
    }
    const began = this.#clock.monotonic();
    next.work();
    next.caller.charge(this.#clock.monotonic() - began);
  }

  /** Who has spent least comes first: an ordinary caller does not queue behind a greedy one. */
  #takeNext(): Waiting | undefined {
    let first = 0;
    let most = -Infinity;
    for (const [index, { caller }] of this.#waiting.entries()) {
      const { left } = caller;
      if (left <= most) continue;
      first = index;
      most = left;
    }
    return this.#waiting.splice(first, 1)[0];
  }
}
