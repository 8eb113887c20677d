/** From a JSON pointer to the field it means: path, schema and value. */
import { formatPath } from '../field-path.ts';
import type { PathStep } from '../field-path.ts';
import type { StructuralSchema } from '../schema/structural.ts';

/** A place in an object. */
export interface Place {
  readonly path: string;
  readonly schema: StructuralSchema;
  readonly value: unknown;
}

/** Follows an RFC 6901 pointer; the schema says which steps are indices and which are keys made of digits. */
export function locate(schema: StructuralSchema, root: unknown, pointer: string): Place {
  const steps: PathStep[] = [];
  let node = schema;
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = node.items ? Number(key) : key;
    steps.push(step);
    value = (value as Readonly<Record<PathStep, unknown>> | null | undefined)?.[step];
    const properties = node.properties ?? {};
    node = node.items ?? (Object.hasOwn(properties, key) ? properties[key] : node.additionalProperties) ?? node;
  }
  return { path: formatPath(steps), schema: node, value };
}
