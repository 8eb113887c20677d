/** A Map with a bound: of more entries than it may have, those go that were set longest ago. Setting one again makes it the last. */
export class RecentMap<Key, Value> extends Map<Key, Value> {
  readonly #most: number;
  readonly #leave: (key: Key, value: Value) => void;

  /**
   * @param most entries that it has at most
   * @param leave told of each that went for others
   */
  constructor(most: number, leave: (key: Key, value: Value) => void = () => undefined) {
    super();
    this.#most = most;
    this.#leave = leave;
  }

  override set(key: Key, value: Value): this {
    this.delete(key);
    super.set(key, value);
    for (const [oldest, left] of this) {
      if (this.size <= this.#most) break;
      this.delete(oldest);
      this.#leave(oldest, left);
    }
    return this;
  }
}
