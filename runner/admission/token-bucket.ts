/** How much of something may be spent: a burst at once, and after that so much a second. */

/** How much may be taken. */
export interface Rate {
  /** Most at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** See above. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #now: () => number;
  #left: number;
  #filledAt: number;

  /** @param now monotonic, in milliseconds */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate.burst;
    this.#filledAt = now();
  }

  /** Below 0 when more was spent than there was. */
  get left(): number {
    const now = this.#now();
    const { burst, perSecond } = this.#rate;
    this.#left = Math.min(burst, this.#left + ((now - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = now;
    return this.#left;
  }

  /** Spends what was used already, there or not. */
  spend(amount: number): void {
    this.#left = this.left - amount;
  }

  /** @returns whether it may be done now; then one time of it is gone */
  take(): boolean {
    if (this.left < 1) return false;
    this.spend(1);
    return true;
  }
}
