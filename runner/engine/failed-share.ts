/**
 * How many workers the keys whose last run failed may hold at once: a quarter, so that runs that hang until their time-out
 * again and again leave the rest to everyone else.
 *
 * After an outage every key has failed, and a quarter would make the recovery slow: each of them that succeeds adds one worker
 * to the share, up to all but a quarter. Any failure takes it back to a quarter.
 */
export class FailedShare {
  readonly #least: number;
  readonly #most: number;
  #allowed: number;
  #held = 0;

  /** @param concurrency workers in all; with fewer than four one may be held by a key that failed */
  constructor(concurrency: number) {
    this.#least = Math.max(1, Math.floor(concurrency / 4));
    this.#most = Math.max(this.#least, concurrency - this.#least);
    this.#allowed = this.#least;
  }

  get isOpen(): boolean {
    return this.#held < this.#allowed;
  }

  /** A key whose last run failed got a worker. */
  enter(): void {
    this.#held += 1;
  }

  /** It gave the worker back. */
  leave(): void {
    this.#held -= 1;
  }

  /** It succeeded this time. */
  recovered(): void {
    this.#allowed = Math.min(this.#most, this.#allowed + 1);
  }

  /** A run failed, of any key. */
  failed(): void {
    this.#allowed = this.#least;
  }
}
