/**
 * Runs that take long, such as one whose request nobody answers. Each makes room for another run, so that keys that hang for the
 * first time do not hold all workers until their time-outs; keys that hung before hold no more than their share (see
 * failed-share.ts). Of a server that is slow as a whole no more is asked than that: there is a bound.
 */
import type { Clock } from '../kube/clock.ts';

/** After this time, in milliseconds, a run is slow; an ordinary one is done in a tenth of it. */
export const slowMs = 5000;

/** A run, as far as its age goes. */
export interface Aging {
  /** On the monotonic clock. */
  readonly since: number;
}

/** See above. */
export class SlowRuns {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #most: number;
  readonly #aside = new Set<Aging>();

  /** @param concurrency workers in all; at most twice as many slow runs go on beside them */
  constructor(concurrency: number, clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#most = 2 * concurrency;
  }

  /** Runs that hold no worker any more. */
  get count(): number {
    return this.#aside.size;
  }

  /**
   * Puts aside what has become slow.
   * @param runs the oldest first
   * @returns milliseconds until the next one is slow; undefined when there is none, or no room for it
   */
  putAside(runs: Iterable<Aging>): number | undefined {
    const now = this.#clock.monotonic();
    for (const run of runs) {
      if (this.#aside.has(run)) continue;
      if (this.#aside.size >= this.#most) return undefined;
      const restMs = run.since + slowMs - now;
      if (restMs > 0) return restMs;
      this.#aside.add(run);
    }
    return undefined;
  }

  ended(run: Aging): void {
    this.#aside.delete(run);
  }
}
