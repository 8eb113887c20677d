/**
 * Keys that wait for a worker, and which of them is next: the most urgent first, and among equals the one that came first.
 * Each eighth pick goes to the key that has waited the longest, whatever its priority: so urgent work that never ends slows
 * everything else down, and stops nothing.
 */

/**
 * Why a key is worked on, most urgent first.
 * - `change`: someone asks for something else.
 * - `drift`: what was made changed.
 * - `resync`: its time came (a retry, a look again).
 * - `adoption`: it was there when the process started.
 * - `shared`: something that it shares with many others changed; whatever else comes up for it takes it out of that line.
 */
export const priorities = ['change', 'drift', 'resync', 'adoption', 'shared'] as const;
export type Priority = (typeof priorities)[number];

/** Of so many picks one goes to the key that has waited the longest. */
const turn = 8;

/** The more urgent of two. */
export function moreUrgent(left: Priority, right: Priority): Priority {
  return priorities.indexOf(left) <= priorities.indexOf(right) ? left : right;
}

/** Which keys may be picked, beside those that nothing holds back. */
export interface Open {
  /** Those whose last run failed. */
  readonly failed: boolean;
  /** Those that wait for what they share. */
  readonly shared: boolean;
}

/** How a key waits. */
export interface Waiting {
  readonly priority: Priority;
  /** Its last run failed. */
  readonly hasFailed: boolean;
}

/** A key that waits in one of the lines: one line for each way to wait, in the order of arrival. */
interface Place extends Waiting {
  readonly key: string;
  /** Grows with each arrival. */
  readonly ticket: number;
}

/** See above. */
export class ReadyKeys {
  readonly #places = new Map<string, Place>();
  readonly #lines = new Map<string, Map<string, Place>>();
  #tickets = 0;
  #picks = 0;

  get size(): number {
    return this.#places.size;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  /** A key that waits already only moves, to the end of its new line, when it became more urgent. */
  add(key: string, waiting: Waiting): void {
    const known = this.#places.get(key);
    if (known !== undefined) {
      if (moreUrgent(known.priority, waiting.priority) === known.priority) return;
      this.#remove(known);
    }
    this.#tickets += 1;
    const place = { key, ticket: this.#tickets, ...waiting };
    this.#places.set(key, place);
    this.#line(place).set(key, place);
  }

  /** The key that is next, taken out. */
  take(open: Open): string | undefined {
    const next = this.#next(open);
    if (next === undefined) return undefined;
    this.#picks += 1;
    this.#remove(next);
    return next.key;
  }

  /** Whether a key could be taken. */
  hasFor(open: Open): boolean {
    return this.#next(open) !== undefined;
  }

  #next(open: Open): Place | undefined {
    const heads = [...this.#lines.values()].flatMap((line) => line.values().next().value ?? []);
    const isTurn = (this.#picks + 1) % turn === 0;
    return heads.filter((place) => isEligible(place, open)).sort(isTurn ? byArrival : byUrgency)[0];
  }

  #line({ priority, hasFailed }: Waiting): Map<string, Place> {
    const name = `${priority} ${String(hasFailed)}`;
    const line = this.#lines.get(name) ?? new Map<string, Place>();
    this.#lines.set(name, line);
    return line;
  }

  #remove(place: Place): void {
    this.#places.delete(place.key);
    this.#line(place).delete(place.key);
  }
}

function isEligible({ priority, hasFailed }: Waiting, open: Open): boolean {
  return (open.failed || !hasFailed) && (open.shared || priority !== 'shared');
}

function byArrival(left: Place, right: Place): number {
  return left.ticket - right.ticket;
}

function byUrgency(left: Place, right: Place): number {
  return priorities.indexOf(left.priority) - priorities.indexOf(right.priority) || byArrival(left, right);
}
