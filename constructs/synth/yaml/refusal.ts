/** What a Kubernetes object may not hold, with the place where it does. */
import { formatPath, type PathStep } from '../../api/field-path.ts';

/** Deeper than any Kubernetes object; what nests more is a cycle or an attack on the reader. */
export const maxDepth = 90;

/** A value that cannot be written as YAML which every reader understands the same. */
export class EmitError extends Error {
  readonly code = 'yaml.unwritable';
  /** Where the value is. */
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`cannot write ${path === '' ? 'the document' : path} as YAML: ${reason}`);
    this.name = 'EmitError';
    this.path = path;
  }
}

/** Why a value that is no array, plain object or string cannot be written; undefined when it can. */
export function scalarRefusal(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') {
    return undefined;
  }
  if (typeof value === 'number') {
    return numberRefusal(value);
  }
  if (typeof value === 'object') {
    return `a ${value.constructor.name || 'class'} instance is not plain data`;
  }
  return value === undefined
    ? 'undefined is not a value; only members of an object may be undefined'
    : `a ${typeof value} is not plain data`;
}

function numberRefusal(value: number): string | undefined {
  if (!Number.isFinite(value)) {
    return `${value} has no JSON form`;
  }
  if (Object.is(value, -0)) {
    return '-0 would come back as 0';
  }
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? `${value} is beyond 2^53 and has lost digits; use a string`
    : undefined;
}

/** Why a string or key cannot be written; undefined when it can. */
export function stringRefusal(text: string): string | undefined {
  if (text.includes('\0')) {
    return 'it holds a NUL character';
  }
  return text.isWellFormed() ? undefined : 'it holds half of a surrogate pair';
}

/** Whether the value is an object literal of this or another realm: nothing but members. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The first value under `root` that cannot be written. Emission itself keeps no paths, to stay fast. */
export function locateRefusal(root: unknown): EmitError {
  return search(root, []) ?? new EmitError('', 'it holds a value that YAML cannot carry');
}

function search(value: unknown, path: readonly PathStep[]): EmitError | undefined {
  if (typeof value === 'string') {
    return refused(path, stringRefusal(value));
  }
  if (path.length > maxDepth) {
    return new EmitError(formatPath(path.slice(0, 6)), `it nests deeper than ${maxDepth} levels, or holds itself`);
  }
  if (Array.isArray(value)) {
    return first(value.length, (index) => search(value[index], [...path, index]));
  }
  if (typeof value === 'object' && value !== null && isPlainObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    return first(keys.length, (index) => searchMember(value, keys[index] ?? '', path));
  }
  return refused(path, scalarRefusal(value));
}

function searchMember(
  object: Readonly<Record<string, unknown>>,
  key: string,
  path: readonly PathStep[],
): EmitError | undefined {
  const memberPath = [...path, key];
  const keyRefusal = stringRefusal(key);
  return keyRefusal === undefined
    ? search(object[key], memberPath)
    : refused(memberPath, `its key cannot be written: ${keyRefusal}`);
}

function first(count: number, find: (index: number) => EmitError | undefined): EmitError | undefined {
  for (let index = 0; index < count; index += 1) {
    const found = find(index);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function refused(path: readonly PathStep[], reason: string | undefined): EmitError | undefined {
  return reason === undefined ? undefined : new EmitError(formatPath(path), reason);
}
