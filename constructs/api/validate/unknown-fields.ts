/** Fields that the schema does not know; the API server refuses them under `fieldValidation=Strict`. */
import { appendStep } from '../field-path.ts';
import type { Problem } from '../problem.ts';
import type { StructuralSchema } from '../schema/structural.ts';
import { suggest } from './suggest.ts';

/** Unknown fields that are named one by one; whoever has more did not slip. */
const mostNamed = 1000;

/** Every unknown field below `value`, with the known name nearest to it; the first thousand. */
export function unknownFields(schema: StructuralSchema, value: unknown, path: string): Problem[] {
  const problems: Problem[] = [];
  collect(schema, value, { path, problems });
  return problems;
}

interface Walk {
  readonly path: string;
  readonly problems: Problem[];
}

function collect(schema: StructuralSchema, value: unknown, { path, problems }: Walk): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) {
      value.forEach((item, index) => collect(items, item, { path: appendStep(path, index), problems }));
    }
    return;
  }
  // An object where a text should be has a wrong type, not unknown fields.
  if (value === null || typeof value !== 'object' || schema.type !== 'object') {
    return;
  }
  const properties = schema.properties ?? {};
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (known !== undefined) {
      collect(known, member, { path: appendStep(path, key), problems });
    } else if (problems.length < mostNamed && schema['x-kubernetes-preserve-unknown-fields'] !== true) {
      problems.push(unknownField(key, Object.keys(properties), path));
    }
  }
}

/** The problem of one unknown field of the object at `path`. */
export function unknownField(key: string, known: readonly string[], path: string): Problem {
  const nearest = suggest(key, known);
  const place = path === '' ? 'the object' : path;
  return {
    code: 'schema.unknown-field',
    path: appendStep(path, key),
    message: `${place} has no field ${JSON.stringify(key)}`,
    fix:
      nearest !== undefined
        ? `did you mean ${nearest}?`
        : known.length === 0
          ? 'remove it'
          : `remove it; the fields here are ${known.join(', ')}`,
  };
}
