/**
 * Failures that may pass by themselves (an API server that restarts, a webhook that times out): status tells of them only when
 * they last, so that nobody is woken for a blip.
 */

/** How long a tenant's passes fail before its status says so, in milliseconds. */
const patienceMs = 15_000;

/** See above. */
export class Blips {
  readonly #now: () => number;
  readonly #since = new Map<string, number>();

  /** @param now monotonic, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A pass failed: whether it is time to say so. @param patience in milliseconds */
  lasts(tenant: string, patience = patienceMs): boolean {
    return this.restMs(tenant, patience) === 0;
  }

  /** As {@link lasts}: how long until it is time, in milliseconds. */
  restMs(tenant: string, patience: number): number {
    const since = this.#since.get(tenant) ?? this.#now();
    this.#since.set(tenant, since);
    return Math.max(0, patience - (this.#now() - since));
  }

  /** Forgets everything, at the begin of a term. */
  clear(): void {
    this.#since.clear();
  }

  /** A pass came to its end, or the tenant is gone. */
  over(tenant: string): void {
    this.#since.delete(tenant);
  }
}
