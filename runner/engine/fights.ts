/**
 * Someone else changes an object as fast as we repair it. After a few repairs in a short time the object is left alone for a
 * while: two controllers must not write against each other for ever at full speed.
 */

/** Repairs of one object within the window that are still done at once. */
const patience = 5;
/** The window in which repairs are counted, in milliseconds. */
const windowMs = 600_000;
/** How long an object that is fought over is left alone after a repair, in milliseconds. */
export const truceMs = 60_000;

/** Repairs come too fast. */
export class FieldFightError extends Error {
  readonly code = 'engine.field-fight';

  constructor(key: string, repairs: number) {
    super(
      `${key} was changed by someone else and repaired ${repairs} times in ten minutes; it is repaired once a minute until ` +
        'that stops. Look at its managedFields (kubectl get --show-managed-fields) for who it is',
    );
    this.name = 'FieldFightError';
  }
}

/** Repairs by object. */
export class Fights {
  readonly #now: () => number;
  /** In the order of their last repairs. */
  readonly #repairs = new Map<string, number[]>();

  /** @param now monotonic, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws FieldFightError when the object is to be left alone for now */
  check(key: string): void {
    const recent = this.#recent(key);
    const last = recent.at(-1);
    if (recent.length >= patience && last !== undefined && this.#now() - last < truceMs) {
      throw new FieldFightError(key, recent.length);
    }
  }

  /** Objects of which something is remembered. */
  get size(): number {
    return this.#repairs.size;
  }

  /** A change by someone else was undone. */
  repaired(key: string): void {
    const repairs = [...this.#recent(key), this.#now()].slice(-2 * patience);
    this.#repairs.delete(key);
    this.#repairs.set(key, repairs);
    this.#forgetOld();
  }

  /** Of objects that were left in peace since, or are gone, nothing stays. */
  #forgetOld(): void {
    for (const [key, repairs] of this.#repairs) {
      if (this.#now() - (repairs.at(-1) ?? 0) < windowMs) return;
      this.#repairs.delete(key);
    }
  }

  #recent(key: string): number[] {
    const recent = (this.#repairs.get(key) ?? []).filter((at) => this.#now() - at < windowMs);
    if (recent.length === 0) this.#repairs.delete(key);
    return recent;
  }
}
