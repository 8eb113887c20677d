/**
 * How many keys have something under way at once that a run began and that goes on after it, such as a workload whose pods are
 * replaced. While there are many, what changed for many keys by one change begins on no more of them: all at once they would only
 * wait for each other, each of them without what is being replaced.
 */
import type { Clock } from '../kube/clock.ts';

/** See above. */
export interface PaceBounds {
  /** Keys that may have something under way before others wait. */
  readonly most: number;
  /** What takes longer than this, in milliseconds, holds up nobody any more. */
  readonly longestMs: number;
}

/** See above. */
export class Pace {
  readonly #bounds: PaceBounds;
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** When those that count began, the oldest first. */
  readonly #young = new Map<string, number>();
  /** Those that count no more, since they take long. */
  readonly #old = new Set<string>();

  constructor(bounds: PaceBounds, clock: Pick<Clock, 'monotonic'>) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** Counts from the first call on. */
  began(key: string): void {
    if (!this.has(key)) this.#young.set(key, this.#clock.monotonic());
  }

  over(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** How long nothing more may begin unless something is over, in milliseconds; 0 when there is room. */
  restMs(): number {
    const now = this.#clock.monotonic();
    for (const [key, since] of this.#young) {
      const restMs = since + this.#bounds.longestMs - now;
      if (restMs > 0) return this.#young.size < this.#bounds.most ? 0 : restMs;
      this.#young.delete(key);
      this.#old.add(key);
    }
    return 0;
  }
}
