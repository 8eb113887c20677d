/** Values that the API server keeps in another form than they were sent. */
import { isDeepStrictEqual } from 'node:util';
import type { Place } from './managed-fields.ts';

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

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

function isSameQuantity(left: unknown, right: unknown): boolean {
  const amount = amountOf(left);
  return amount !== undefined && amount === amountOf(right);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/; undefined for what is none. */
function amountOf(value: unknown): number | undefined {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([numkMGTP]|[KMGTP]i)?$/.exec(String(value)) ?? [];
  const factor = factors[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
