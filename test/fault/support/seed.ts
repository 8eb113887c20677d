/** Numbers that look random and follow from a seed, so that a failure can be had again. */

/** A number in [0, 1) at each call. */
export type Random = () => number;

/** The seed of this run: FAULT_SEED, else one of the clock; told on stderr, because a failure is worth nothing without it. */
export function seedOfRun(what: string): number {
  const asked = process.env['FAULT_SEED'];
  const seed = asked === undefined ? Date.now() % 1_000_000 : Number(asked);
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`FAULT_SEED must be a whole number, got ${JSON.stringify(asked)}`);
  process.stderr.write(`${what}: FAULT_SEED=${seed}\n`);
  return seed;
}

/** How often something is done: the small number in the test command, the variable's for a soak. */
export function countFrom(variable: string, otherwise: number): number {
  const asked = process.env[variable];
  if (asked === undefined) return otherwise;
  const count = Number(asked);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`${variable} must be a whole number from 1, got ${JSON.stringify(asked)}`);
  }
  return count;
}

/** mulberry32 (public domain): short, and good enough to choose faults. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed from a seed and a text (FNV-1a): the same for the same two, whatever else happens. */
export function seedFor(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** One of several. */
export function oneOf<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('there is nothing to choose from');
  return item;
}

/** A whole number from `from` to `to`, both included. */
export function between(from: number, to: number, random: Random): number {
  return from + Math.floor(random() * (to - from + 1));
}
