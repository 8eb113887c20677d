/**
 * Tenants that this process has removed a moment ago. A write that another runner had on the wire when it was frozen can arrive
 * after that, and nobody else would ever look at what it made. Remembered only as long as a request can be on its way: what
 * appears later under the name of a tenant that is not there is somebody else's beginning, for example Git's.
 */

/** Longest that a request is on its way, in milliseconds: twice the API server's own time-out. */
const onTheWayMs = 120_000;

/** See above. */
export class Departed {
  readonly #now: () => number;
  readonly #byName = new Map<string, { readonly at: number; readonly retains: boolean }>();

  /** @param now monotonic, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param retains its namespace stays */
  remember(name: string, retains: boolean): void {
    this.#byName.set(name, { at: this.#now(), retains });
    for (const [other, { at }] of this.#byName) {
      if (this.#now() - at >= onTheWayMs) this.#byName.delete(other);
    }
  }

  /** Undefined: not removed by this process, or too long ago. */
  of(name: string): { readonly retains: boolean } | undefined {
    const known = this.#byName.get(name);
    return known === undefined || this.#now() - known.at >= onTheWayMs ? undefined : known;
  }
}
