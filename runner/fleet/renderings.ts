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
    const rendering = new Rendering(rendered, () => {
      const all = again();
      this.#hold(all);
      return all;
    });
    return rendered.map((item, index) => new LightObject(item, rendering, index));
  }

  #hold(rendered: readonly WantedObject[]): void {
    this.#held.push(rendered);
    if (this.#held.length > mostHeld) this.#held.shift();
  }
}

/** What a tenant's objects were rendered to, as long as somebody holds it. */
class Rendering {
  #rendered: WeakRef<readonly WantedObject[]>;
  readonly #again: () => readonly WantedObject[];

  constructor(rendered: readonly WantedObject[], again: () => readonly WantedObject[]) {
    this.#rendered = new WeakRef(rendered);
    this.#again = again;
  }

  bodyAt(index: number): WantedObject['body'] {
    const item = this.#all()[index];
    if (item === undefined) throw new RangeError('a tenant was rendered again with fewer objects');
    return item.body;
  }

  #all(): readonly WantedObject[] {
    const known = this.#rendered.deref();
    if (known !== undefined) return known;
    const all = this.#again();
    this.#rendered = new WeakRef(all);
    return all;
  }
}

/** One class for all of them: a getter in a literal gives each object a shape of its own, which takes half a kilobyte. */
class LightObject implements WantedObject {
  readonly kind: WantedObject['kind'];
  readonly strategy: WantedObject['strategy'];
  readonly key: string;
  readonly digest: string;
  readonly marks: readonly string[];
  readonly #rendering: Rendering;
  readonly #index: number;

  constructor({ kind, strategy, key, digest, marks }: WantedObject, rendering: Rendering, index: number) {
    this.kind = kind;
    this.strategy = strategy;
    this.key = key;
    this.digest = digest;
    this.marks = marks;
    this.#rendering = rendering;
    this.#index = index;
  }

  get body(): WantedObject['body'] {
    return this.#rendering.bodyAt(this.#index);
  }
}
