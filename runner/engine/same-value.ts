/** Values that the API server keeps in another form than they were sent. */
import { isDeepStrictEqual } from 'node:util';
import type { Place } from './managed-fields.ts';
import { amountOf } from './quantity.ts';

/** Two values, and where they stand. */
export interface ComparedValues {
  readonly wanted: unknown;
  readonly found: unknown;
  readonly place: Place;
}

/** Whether both mean the same. Empty lists, mappings and texts are dropped by the API server; false and 0 are values. */
export function isSameValue({ wanted, found, place }: ComparedValues): boolean {
  if (isDeepStrictEqual(wanted, found)) return true;
  if (found === undefined) return isEmpty(wanted);
  return place.some((key) => quantityFields.has(key)) && isSameQuantity(wanted, found);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.values(value).every((member) => member === undefined);
}

/** Fields below which amounts stand, in core/v1. */
const quantityFields = new Set<string | number>([
  'requests',
  'limits',
  'hard',
  'default',
  'defaultRequest',
  'min',
  'max',
  'sizeLimit',
]);

function isSameQuantity(left: unknown, right: unknown): boolean {
  const amount = amountOf(left);
  return amount !== undefined && amount === amountOf(right);
}
