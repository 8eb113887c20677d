/**
 * Since when tenants roll out. The begin stands in status by the wall clock of the replica that wrote it; from the first look on it is
 * kept by the monotonic clock of this one, so that neither another clock nor a clock that is set makes it older or younger.
 */
import type { Clock } from '../kube/clock.ts';

interface Begin {
  /** What rolls out, and when that was told. */
  readonly what: string;
  /** On the monotonic clock. */
  readonly at: number;
}

/** See above. */
export class RolloutBegins {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #begins = new Map<string, Begin>();

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * How long a tenant has been rolling out to a revision, in milliseconds.
   * @param told begin by the wall clock of whoever told it; one that is still to come counts as now
   */
  ageMs(tenant: string, revision: string, told: string): number {
    const what = `${revision} ${told}`;
    const monotonic = this.#clock.monotonic();
    let begin = this.#begins.get(tenant);
    if (begin?.what !== what) {
      const now = this.#clock.now();
      begin = { what, at: monotonic - (now - Math.min(now, Date.parse(told))) };
      this.#begins.set(tenant, begin);
    }
    return monotonic - begin.at;
  }

  /** The tenant is gone. */
  over(tenant: string): void {
    this.#begins.delete(tenant);
  }

  /** Forgets everything, at the begin of a term. */
  clear(): void {
    this.#begins.clear();
  }
}
