/** A Map with a bound: of more entries than it may have, those go that were set longest ago. Setting one again makes it the last. */
export class RecentMap<Key, Value> extends Map<Key, Value> {
  readonly #most: number;

  /** @param most entries that it has at most */
  constructor(most: number) {
    super();
    this.#most = most;
  }

  override set(key: Key, value: Value): this {
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.#most) break;
      this.delete(oldest);
    }
    return this;
  }
}
