/**
 * Bodies of rendered objects. A settled tenant's are never looked at again: records are compared by digest. So only those of
 * the tenants that were worked on last are held, and whoever needs another one has it rendered again.
 */
import type { WantedObject } from '../engine/wanted.ts';

/** Tenants whose bodies are held; above the number that is worked on at once. */
const mostHeld = 64;

/** See above. */
export class Renderings {
  /** Oldest first. */
  readonly #held: (readonly WantedObject[])[] = [];

  /**
   * The same objects without their bodies, which are fetched when they are asked for.
   * @param again renders the same once more; synthesis is pure, so it is the same to the byte
   */
  lighten(rendered: readonly WantedObject[], again: () => readonly WantedObject[]): WantedObject[] {
    this.#hold(rendered);
    let weak = new WeakRef(rendered);
    const bodyAt = (index: number): WantedObject['body'] => {
      const known = weak.deref();
      const all = known ?? again();
      if (known === undefined) {
        weak = new WeakRef(all);
        this.#hold(all);
      }
      const item = all[index];
      if (item === undefined) throw new RangeError('a tenant was rendered again with fewer objects');
      return item.body;
    };
    return rendered.map(({ kind, strategy, key, digest, marks }, index) => ({
      kind,
      strategy,
      key,
      digest,
      marks,
      get body() {
        return bodyAt(index);
      },
    }));
  }

  #hold(rendered: readonly WantedObject[]): void {
    this.#held.push(rendered);
    if (this.#held.length > mostHeld) this.#held.shift();
  }
}
