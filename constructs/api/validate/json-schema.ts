/** Structural schemas as the validation library reads them. */
import type { StructuralSchema } from '../schema/structural.ts';

/** A check of ours inside a library schema; `error` is the problem code. */
interface Refinement {
  readonly check: (value: unknown) => boolean;
  readonly error: () => string;
}

/** What the library gets: JSON Schema plus refinements. */
export type LibrarySchema = Readonly<Record<string, unknown>>;

/**
 * Keywords that mean the same on both sides are passed on. Lengths are not (the library counts what a person sees as one
 * character, the API server counts code points); they become refinements. Unknown fields are judged apart,
 * with a suggestion, so objects stay open here.
 */
export function toLibrarySchema(schema: StructuralSchema): LibrarySchema {
  const refinements = refine(schema);
  return {
    ...same(schema),
    ...(schema.properties ? { properties: mapValues(schema.properties, toLibrarySchema) } : {}),
    ...(schema.additionalProperties ? { additionalProperties: toLibrarySchema(schema.additionalProperties) } : {}),
    ...(schema.items ? { items: toLibrarySchema(schema.items) } : {}),
    ...(refinements.length > 0 ? { '~refine': refinements } : {}),
  };
}

const sameKeywords = [
  'type',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
] as const;

function same(schema: StructuralSchema): LibrarySchema {
  return Object.fromEntries(
    sameKeywords.flatMap((keyword) => (schema[keyword] === undefined ? [] : [[keyword, schema[keyword]]])),
  );
}

function refine({ minLength, maxLength }: StructuralSchema): Refinement[] {
  return [
    ...(minLength === undefined ? [] : [onStrings('minLength', (text) => Array.from(text).length >= minLength)]),
    ...(maxLength === undefined ? [] : [onStrings('maxLength', (text) => withinLength(text, maxLength))]),
  ];
}

/** A string has at most as many code points as code units, so the usual short one is not taken apart. */
function withinLength(text: string, maxLength: number): boolean {
  return text.length <= maxLength || (text.length <= 2 * maxLength && Array.from(text).length <= maxLength);
}

function onStrings(keyword: string, check: (text: string) => boolean): Refinement {
  return { check: (value) => typeof value !== 'string' || check(value), error: () => keyword };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
