/** Values that a schema takes, made from the schema. */
import { patternOf } from '../../../constructs/api/schema/patterns.ts';
import type { StructuralSchema } from '../../../constructs/api/schema/structural.ts';

/** The smallest value that a schema takes, rules (CEL) apart; `index` makes entries of a list differ. */
export function smallest(schema: StructuralSchema, index = 0): unknown {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => {
          const part = schema.properties?.[name];
          if (part === undefined) throw new Error(`required field ${name} has no schema`);
          return [name, smallest(part, index)];
        }),
      );
    case 'array':
      return entries(schema, schema.minItems ?? 0);
    case 'string':
      return text(schema, index);
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
  }
}

/** That many different entries of a list. */
export function entries(schema: StructuralSchema, count: number): unknown[] {
  const { items } = schema;
  if (items === undefined) throw new Error('a list needs items');
  return Array.from({ length: count }, (_, index) => smallest(items, index));
}

/** That many members of a map. */
export function members(schema: StructuralSchema, count: number): Record<string, unknown> {
  const { additionalProperties } = schema;
  if (additionalProperties === undefined) throw new Error('a map needs a schema of its values');
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`N${index}`, smallest(additionalProperties, index)]),
  );
}

/** A text that fits, another one for each index as far as there are others. */
function text(schema: StructuralSchema, index: number): string {
  if (schema.enum !== undefined) return schema.enum[index % schema.enum.length] ?? '';
  const numbered = [
    `n${index}`,
    `N${index}`,
    `n${index}.example.com`,
    `n${index}/`,
    `10.${(index >> 8) & 255}.${index & 255}.0/24`,
    `https://n${index}.example.com`,
  ];
  const good = schema.pattern === undefined ? [] : (patternOf(schema.pattern)?.good ?? []);
  const found = [...numbered, ...good].find((candidate) => fits(schema, candidate));
  if (found === undefined) throw new Error(`no sample fits pattern ${schema.pattern ?? ''}: add a good one`);
  return found;
}

/** Whether a text passes pattern and length. */
export function fits({ pattern, minLength = 0, maxLength = Infinity }: StructuralSchema, value: string): boolean {
  const length = Array.from(value).length;
  return length >= minLength && length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(value));
}

/** A text of exactly that length that fits everything but a bound on the length; undefined when the pattern ends before. */
export function textOfLength(schema: StructuralSchema, length: number): string | undefined {
  const good = schema.pattern === undefined ? ['😀'] : (patternOf(schema.pattern)?.good ?? []);
  const unbounded = { ...schema, minLength: 0, maxLength: Infinity };
  for (const start of good.filter((candidate) => Array.from(candidate).length <= length)) {
    const missing = length - Array.from(start).length;
    const padded = ['😀', 'a', 'A', '0'].flatMap((filler) => [
      start + filler.repeat(missing),
      filler.repeat(missing) + start,
      start.slice(0, -1) + filler.repeat(missing) + start.slice(-1),
    ]);
    const found = padded.find((candidate) => fits(unbounded, candidate));
    if (found !== undefined) return found;
  }
  return undefined;
}
