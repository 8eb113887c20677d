/** Merging of configuration fragments. */

type Fragment = Readonly<Record<string, unknown>>;

/**
 * Merges fragments of `openclaw.json`, later ones over earlier ones: objects by member, everything else (lists too) as
 * a whole. Returns a new object; the fragments stay as they are, and what only one of them has is not copied.
 */
export function mergeFragments(...fragments: readonly (Fragment | undefined)[]): Record<string, unknown> {
  const merged = new Map<string, unknown>();
  for (const fragment of fragments) {
    for (const [key, value] of Object.entries(fragment ?? {})) {
      const before = merged.get(key);
      merged.set(key, isFragment(value) && isFragment(before) ? mergeFragments(before, value) : value);
    }
  }
  return Object.fromEntries(merged);
}

function isFragment(value: unknown): value is Fragment {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Two lists joined by a key: what the second names replaces its namesake in the first; new entries come after. */
export function overrideByKey<K extends string, T extends Readonly<Record<K, string>>>(
  key: K,
  base: readonly T[] = [],
  over: readonly T[] = [],
): T[] {
  return [...new Map([...base, ...over].map((entry) => [entry[key], entry])).values()];
}
