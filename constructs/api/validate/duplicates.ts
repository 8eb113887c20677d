/** Entries that may stand in a list only once: `x-kubernetes-list-type` set and map. */
import { appendStep } from '../field-path.ts';
import type { Problem } from '../problem.ts';
import type { StructuralSchema } from '../schema/structural.ts';
import { quote } from './quote.ts';

/** Every repeated entry below `value`. */
export function duplicates(schema: StructuralSchema, value: unknown, path: string): Problem[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return [
      ...repeatedIn(schema, value, path),
      ...(items ? value.flatMap((item, index) => duplicates(items, item, appendStep(path, index))) : []),
    ];
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  const properties = schema.properties ?? {};
  return Object.entries(value).flatMap(([key, member]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    return known === undefined ? [] : duplicates(known, member, appendStep(path, key));
  });
}

function repeatedIn(schema: StructuralSchema, list: readonly unknown[], path: string): Problem[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') {
    return [];
  }
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const first = new Map<string, number>();
  return list.flatMap((item, index) => {
    const identity = type === 'set' ? item : keys.map((key) => memberOf(item, key) ?? null);
    const text = JSON.stringify(identity);
    const before = first.get(text);
    if (before === undefined) {
      first.set(text, index);
      return [];
    }
    const what = type === 'set' ? quote(item) : keys.map((key) => `${key} ${quote(memberOf(item, key))}`).join(', ');
    return {
      code: 'schema.duplicate',
      path: appendStep(path, index),
      message: `${what} stands at ${appendStep(path, before)} already`,
      fix: 'remove one of the two, or give it another name',
    };
  });
}

function memberOf(item: unknown, key: string): unknown {
  return item !== null && typeof item === 'object' && Object.hasOwn(item, key)
    ? (item as Record<string, unknown>)[key]
    : undefined;
}
