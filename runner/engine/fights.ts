/**
 * Someone else works against us: an object is changed as fast as we repair it, or made anew as fast as we remove it. After a few
 * times in a short time it is left alone for a while, since two controllers must not write against each other for ever at full
 * speed; and it counts as fought over until nobody touched it for the whole window, so that what is told of it does not come and go.
 */

/** How often one object is repaired (or removed) within the window before the next time is a fight. */
const patience = 5;

/** How fast a fight goes; see {@link defaultBounds}. */
export interface FightBounds {
  /** The window in which repairs are counted, and the peace that ends a fight, in milliseconds. */
  readonly windowMs: number;
  /** How long an object that is fought over is left alone after a repair, in milliseconds. */
  readonly truceMs: number;
}

/** Ten minutes, and one. */
export const defaultBounds: FightBounds = { windowMs: 600_000, truceMs: 60_000 };

/** What we do to an object, and may have to do again and again. */
export interface Contest {
  readonly owner: string;
  /** `StatefulSet.apps/tenant-acme/gateway` */
  readonly key: string;
  readonly act: 'repair' | 'remove';
  /** Manager name under which the object was written last; undefined when it is gone. */
  readonly by: string | undefined;
}

/** Someone else undoes what we do to an object. Says the same as long as the fight lasts, whatever its count. */
export class FieldFightError extends Error {
  readonly code = 'engine.field-fight';

  constructor({ key, act, by }: Contest) {
    const whom = by === undefined || by === '' ? 'someone else' : `someone else (${JSON.stringify(by)})`;
    const what =
      act === 'repair'
        ? `${key} was changed by ${whom} each time that it was repaired; it is repaired`
        : `${key} is not wanted and was made again by ${whom} each time that it was removed; it is removed`;
    super(
      `${what} once a minute until that stops. Look at its managedFields (kubectl get --show-managed-fields) for who it is`,
    );
    this.name = 'FieldFightError';
  }
}

/** A fight that is going on. */
export interface Fight extends Pick<Contest, 'key' | 'act'> {
  readonly error: FieldFightError;
  /** How long the object is still left alone, in milliseconds. */
  readonly truceRestMs: number;
  /** How long it must still stay as we want it for the fight to be over, in milliseconds. */
  readonly peaceRestMs: number;
}

type Side = Pick<Contest, 'owner' | 'key' | 'act'>;

/** What was done to one object. */
interface Deeds extends Pick<Contest, 'key' | 'act'> {
  /** At most as many as are counted, the last one last. */
  readonly times: readonly number[];
  /** Only while it is fought over. */
  readonly error: FieldFightError | undefined;
}

/** What we did to objects lately, and the fights that came of it. */
export class Fights {
  readonly #now: () => number;
  readonly #bounds: FightBounds;
  /** By owner and object; owners, and the objects of each, in the order in which something was done last. */
  readonly #deeds = new Map<string, Map<string, Deeds>>();

  /** @param now monotonic, in milliseconds */
  constructor(now: () => number, bounds = defaultBounds) {
    this.#now = now;
    this.#bounds = bounds;
  }

  /**
   * To be asked before something is done once more.
   * @throws FieldFightError when the object is to be left alone for now
   */
  check(contest: Contest): void {
    const id = idOf(contest);
    const known = this.#recentOf(contest.owner).get(id);
    if (known === undefined) return;
    const isFight = known.error !== undefined || this.#countOf(known) >= patience;
    if (!isFight) return;
    // Who it was when it began: with two of them the sentence would change each time.
    const error = known.error ?? new FieldFightError(contest);
    this.#deeds.get(contest.owner)?.set(id, { ...known, error });
    if (this.#quietMs(known) < this.#bounds.truceMs) throw error;
  }

  /** It was done once more. */
  did({ owner, key, act }: Side): void {
    const id = idOf({ key, act });
    const deeds = this.#recentOf(owner);
    const { times = [], error } = deeds.get(id) ?? {};
    deeds.delete(id);
    deeds.set(id, { key, act, times: [...times, this.#now()].slice(-patience), error });
    this.#deeds.delete(owner);
    this.#deeds.set(owner, deeds);
    this.#forgetOld();
  }

  /** Nothing is to be done about the object any more: we want it otherwise ourselves. */
  over({ owner, ...side }: Side): void {
    this.#deeds.get(owner)?.delete(idOf(side));
  }

  /** The fights over an owner's objects, by key. */
  of(owner: string): Fight[] {
    const { truceMs, windowMs } = this.#bounds;
    return [...this.#recentOf(owner).values()]
      .flatMap(({ key, act, error, ...deeds }): Fight[] => {
        if (error === undefined) return [];
        const quietMs = this.#quietMs(deeds);
        return [{ key, act, error, truceRestMs: Math.max(0, truceMs - quietMs), peaceRestMs: windowMs - quietMs }];
      })
      .sort((left, right) => (left.key < right.key ? -1 : 1));
  }

  /** The owner is gone. */
  forgetAll(owner: string): void {
    this.#deeds.delete(owner);
  }

  /** Objects of which something is remembered. */
  get size(): number {
    return [...this.#deeds.values()].reduce((sum, deeds) => sum + deeds.size, 0);
  }

  /** Without what was left in peace for the window, or is gone. */
  #recentOf(owner: string): Map<string, Deeds> {
    const deeds = this.#deeds.get(owner) ?? new Map<string, Deeds>();
    for (const [id, known] of deeds) {
      if (this.#quietMs(known) < this.#bounds.windowMs) break;
      deeds.delete(id);
    }
    return deeds;
  }

  /** Of owners whose objects were all left in peace nothing stays. */
  #forgetOld(): void {
    for (const owner of this.#deeds.keys()) {
      if (this.#recentOf(owner).size > 0) return;
      this.#deeds.delete(owner);
    }
  }

  #quietMs({ times }: Pick<Deeds, 'times'>): number {
    return this.#now() - (times.at(-1) ?? 0);
  }

  #countOf({ times }: Pick<Deeds, 'times'>): number {
    return times.filter((at) => this.#now() - at < this.#bounds.windowMs).length;
  }
}

function idOf({ key, act }: Pick<Contest, 'key' | 'act'>): string {
  return `${act} ${key}`;
}
