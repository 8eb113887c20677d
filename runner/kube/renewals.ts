/** Those who wait for a stream that was begun after they asked, and is open. */
export class Renewals {
  readonly #waiting = new Set<() => void>();

  /** Settles when such a stream is open, or nobody asks for streams any more. */
  ask(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  /** A stream begins. @returns what to call when it is open */
  begin(): () => void {
    const askedBefore = [...this.#waiting];
    return () => {
      for (const resolve of askedBefore) this.#settle(resolve);
    };
  }

  /** There will be no other stream. */
  end(): void {
    for (const resolve of this.#waiting) this.#settle(resolve);
  }

  #settle(resolve: () => void): void {
    this.#waiting.delete(resolve);
    resolve();
  }
}
