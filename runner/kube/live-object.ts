/** Objects as the API server gives them. */

/** Metadata of an object that exists. */
export interface LiveMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An object that exists, of any kind. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: LiveMeta;
  readonly [field: string]: unknown;
}

const decimal = /^\d+$/;

/**
 * Whether `left` is an older resourceVersion of the same resource than `right`. Versions are decimal numbers that grow
 * (KEP-5504); any other form says nothing about order, and then the answer is false: the later arrival counts.
 */
export function isOlderVersion(left: string, right: string): boolean {
  if (!decimal.test(left) || !decimal.test(right)) return false;
  return left.length === right.length ? left < right : left.length < right.length;
}
