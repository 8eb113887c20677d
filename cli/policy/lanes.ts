/** Work in a bounded number of lanes. */

/** Starts pieces of work as lanes become free; the first failure is thrown to who adds the next one, or waits for the end. */
export class Lanes {
  readonly #running = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];
  readonly #lanes: number;

  constructor(lanes: number) {
    this.#lanes = lanes;
  }

  /** Waits until a lane is free, and starts. */
  async start(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#lanes) {
      await Promise.race(this.#running);
    }
    this.#throwFailure();
    const running = work()
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits for all that was started. */
  async end(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failures.length > 0) {
      throw this.#failures[0];
    }
  }
}
