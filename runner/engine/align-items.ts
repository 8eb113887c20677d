/** Which item of one list stands for which item of another, where nothing says what identifies an item. */
import { isSameValue } from './same-value.ts';

/** Indices into the two lists. */
export interface Alignment {
  readonly pairs: readonly (readonly [wanted: number, found: number])[];
  /** Wanted items without a partner. */
  readonly missing: readonly number[];
  /** Found items without a partner. */
  readonly added: readonly number[];
  /** The partners are not in the wanted order. */
  readonly isMoved: boolean;
}

/** What tells items of Kubernetes lists apart, the most telling first. */
const identities = ['name', 'mountPath', 'key', 'type', 'containerPort', 'port', 'ip'] as const;

/** Items that hold everything wanted first, then items with the same identity, then by position where as many are left. */
export function alignItems(wanted: readonly unknown[], found: readonly unknown[]): Alignment {
  const partners = new Map<number, number>();
  const pair = (isPartner: (left: unknown, right: unknown) => boolean): void => {
    const taken = new Set(partners.values());
    for (const [left, item] of wanted.entries()) {
      if (partners.has(left)) continue;
      const right = found.findIndex((candidate, index) => !taken.has(index) && isPartner(item, candidate));
      if (right < 0) continue;
      partners.set(left, right);
      taken.add(right);
    }
  };
  pair((left, right) => holds(left, right));
  pair((left, right) => haveSameIdentity(left, right));
  if (wanted.length === found.length) pairLeftOvers(partners, found.length);
  const pairs = [...partners].sort(([left], [right]) => left - right);
  const taken = new Set(partners.values());
  return {
    pairs,
    missing: [...wanted.keys()].filter((index) => !partners.has(index)),
    added: [...found.keys()].filter((index) => !taken.has(index)),
    isMoved: pairs.some(([, right], index) => right < (pairs[index - 1]?.[1] ?? -1)),
  };
}

function pairLeftOvers(partners: Map<number, number>, length: number): void {
  const taken = new Set(partners.values());
  const free = [...Array(length).keys()].filter((index) => !taken.has(index));
  for (let left = 0; left < length; left += 1) {
    const right = partners.has(left) ? undefined : free.shift();
    if (right !== undefined) partners.set(left, right);
  }
}

/** Whether everything wanted is in the candidate, which may have defaults beside it. */
function holds(wanted: unknown, found: unknown): boolean {
  if (isSameValue({ wanted, found, place: [] })) return true;
  if (typeof wanted !== 'object' || wanted === null || typeof found !== 'object' || found === null) return false;
  if (Array.isArray(wanted) !== Array.isArray(found)) return false;
  if (Array.isArray(wanted) && wanted.length !== (found as readonly unknown[]).length) return false;
  return Object.entries(wanted).every(([key, member]) => holds(member, (found as Record<string, unknown>)[key]));
}

function haveSameIdentity(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return false;
  const key = identities.find((one) => one in left);
  return key !== undefined && (left as Record<string, unknown>)[key] === (right as Record<string, unknown>)[key];
}
