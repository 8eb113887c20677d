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
  readonly #since = new Map<string, number>();

  /** @param now monotonic, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  remember(name: string): void {
    this.#since.set(name, this.#now());
    for (const other of this.#since.keys()) if (!this.has(other)) this.#since.delete(other);
  }

  /** Whether this process removed it, and not long ago. */
  has(name: string): boolean {
    return this.#now() - (this.#since.get(name) ?? -Infinity) < onTheWayMs;
  }

  /** Another runner may have led since. */
  clear(): void {
    this.#since.clear();
  }
}
