/** From the props of generated classes to plain data, as cdk8s gives it. */
import { k8s } from 'cdk8s-plus-28';
import { isSharedPart, sharePart } from '../synth/shared-part.ts';

/** A copy with sorted keys, without undefined members, the classes for "text or number" replaced by what they hold. */
export function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || isSharedPart(value)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return value instanceof k8s.Quantity || value instanceof k8s.IntOrString ? value.value : plainMembers(value);
}

/** The same of an object's members. */
export function plainMembers(value: object): Record<string, unknown> {
  const source = value as Readonly<Record<string, unknown>>;
  const target: Record<string, unknown> = {};
  // Without a comparison, sort() goes by code unit.
  for (const key of Object.keys(source).sort()) {
    const member = plain(source[key]);
    if (member !== undefined && member !== null) {
      target[key] = member;
    }
  }
  return target;
}

/** A part that is the same in every cell: plain already, put in order once, written as text once. */
export function sharedPart<T extends object>(part: T): T {
  return sharePart(plain(part) as T);
}

/** More different ones than a fleet has; from then on they are made anew. */
const mostParts = 1000;

/** Parts that are the same in cells with the same few settings. */
export class SharedParts<T extends object> {
  readonly #parts = new Map<string, T>();

  /** The part for settings, given as a text that tells them from all others. */
  of(settings: string, make: () => T): T {
    let part = this.#parts.get(settings);
    if (part === undefined) {
      part = sharedPart(make());
      if (this.#parts.size >= mostParts) {
        this.#parts.clear();
      }
      this.#parts.set(settings, part);
    }
    return part;
  }
}
