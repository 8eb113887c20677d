/** Which parts of a spec were there at one step of a sequence and gone at a later one. */

/** See above. */
export class SwitchedParts {
  readonly #parts: readonly string[];
  readonly #came = new Set<string>();
  readonly #went = new Set<string>();
  #present: ReadonlySet<string> = new Set();

  constructor(parts: readonly string[]) {
    this.#parts = parts;
  }

  /** How many parts would come or go for the first time. */
  gain(present: ReadonlySet<string>): number {
    return this.#parts.filter((part) => (present.has(part) ? !this.#came.has(part) : this.#goes(part))).length;
  }

  /** The step that is made. */
  take(present: ReadonlySet<string>): void {
    for (const part of this.#parts) {
      if (present.has(part)) this.#came.add(part);
      else if (this.#goes(part)) this.#went.add(part);
    }
    this.#present = present;
  }

  /** Parts that have not come and gone yet. */
  missing(): string[] {
    return this.#parts.filter((part) => !this.#went.has(part));
  }

  #goes(part: string): boolean {
    return this.#present.has(part) && !this.#went.has(part);
  }
}
