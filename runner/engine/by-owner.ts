/** Entries of stores, by their owners. */

/** Where an entry belongs. */
export interface OwnedPlace<Entry> {
  /** Undefined: it is nobody's. */
  readonly ownerOf: (entry: Entry) => string | undefined;
  /** Tells the entries of an owner apart. */
  readonly keyOf: (entry: Entry) => string;
}

/** See above. */
export class ByOwner<Entry> {
  readonly #place: OwnedPlace<Entry>;
  readonly #entries = new Map<string, Map<string, Entry>>();

  constructor(place: OwnedPlace<Entry>) {
    this.#place = place;
  }

  /** An owner's entries by key. */
  of(owner: string): ReadonlyMap<string, Entry> {
    return this.#entries.get(owner) ?? new Map<string, Entry>();
  }

  /** An entry of a store changed; it may be another owner's now, or nobody's. */
  changed(before: Entry | undefined, after: Entry | undefined): void {
    const [left, owner] = [before, after].map((entry) => entry && this.#place.ownerOf(entry));
    if (before !== undefined && left !== undefined && left !== owner) this.#remove(left, this.#place.keyOf(before));
    if (after === undefined || owner === undefined) return;
    const entries = this.#entries.get(owner) ?? new Map<string, Entry>();
    this.#entries.set(owner, entries.set(this.#place.keyOf(after), after));
  }

  #remove(owner: string, key: string): void {
    const entries = this.#entries.get(owner);
    entries?.delete(key);
    if (entries?.size === 0) this.#entries.delete(owner);
  }
}
