/** Filling in of schema defaults, as the API server does it on every request and on every read from etcd. */
import type { KindDefinition } from './kinds/kind.ts';
import { rootSchema } from './root-schema.ts';
import type { StructuralSchema } from './schema/structural.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * A copy of `raw` with the defaults of its kind, at every depth. Two habits of the API server come with it
 * (k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting): a `null` where no null may be counts as "not
 * written", so a default replaces it and without a default it goes; and a default is itself completed by the defaults
 * below it. Fields that the schema does not know stay as they are.
 */
export function withDefaults(definition: KindDefinition, raw: unknown): unknown {
  return complete(rootSchema(definition), raw);
}

/** The same for a part of an object, for example a `spec` alone. */
export function complete(schema: StructuralSchema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return value.map((item: unknown) => (items ? complete(items, item ?? items.default ?? null) : item));
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return completeMembers(schema, value as Members);
}

function completeMembers(schema: StructuralSchema, value: Members): Record<string, unknown> {
  const properties = schema.properties ?? {};
  const target: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (known === undefined) {
      put(target, key, member);
    } else if (member !== null && member !== undefined) {
      put(target, key, complete(known, member));
    }
  }
  for (const [key, property] of Object.entries(properties)) {
    if (property.default !== undefined && !Object.hasOwn(target, key)) {
      put(target, key, complete(property, property.default));
    }
  }
  return target;
}

/** Assignment to `__proto__` would set the prototype: such a key must stay visible to be refused. */
function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
