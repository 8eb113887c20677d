/** Order by UTF-16 code unit: the same on every machine and in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A copy with its keys in code unit order, at every depth; arrays keep their order. */
export function sortKeys<T>(value: T): T {
  return sorted(value) as T;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const source = value as Readonly<Record<string, unknown>>;
  const target: Record<string, unknown> = {};
  // Without a comparison, sort() goes by code unit.
  for (const key of Object.keys(source).sort()) {
    put(target, key, sorted(source[key]));
  }
  return target;
}

/** Assignment to `__proto__` would set the prototype and lose the member; for any other key it is much faster. */
function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
