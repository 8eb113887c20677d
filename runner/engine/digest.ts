/** One hash for "the same object", whatever the order of its keys. */
import { createHash } from 'node:crypto';

/**
 * SHA-256 of the value's canonical JSON (keys in code unit order, undefined members left out, no spaces), as the first 22
 * characters of base64url: 132 bits. Kept in memory only.
 */
export function digest(value: unknown): string {
  return firstOf(createHash('sha256').update(canonicalJson(value)).digest('base64url'), 22);
}

/** `slice` of a long string keeps all of it alive for the part; this makes a string of its own. */
function firstOf(ascii: string, length: number): string {
  return Buffer.from(ascii, 'latin1').toString('latin1', 0, length);
}

/** JSON with keys in code unit order at every depth. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
