/** Parts of objects that many tenants have alike, so that what is made of one (its text) need be made once. */

const parts = new WeakSet<object>();

/** Marks plain data as shared, and freezes it: whatever is remembered of it holds for good. */
export function sharePart<T extends object>(part: T): T {
  freeze(part);
  parts.add(part);
  return part;
}

/** Whether {@link sharePart} has marked the object. */
export function isSharedPart(object: object): boolean {
  return parts.has(object);
}

function freeze(value: unknown): void {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
}
