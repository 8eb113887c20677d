/** The structural check: types, required fields, closed sets, patterns, formats and bounds. */
import { Check, Compile, Errors } from 'typebox/schema';
import { Settings } from 'typebox/system';
import type { Problem } from '../problem.ts';
import type { StructuralSchema } from '../schema/structural.ts';
import { explain } from './explain.ts';
import { toLibrarySchema } from './json-schema.ts';
import type { LibrarySchema } from './json-schema.ts';
import { locate } from './locate.ts';

/** Compiling a schema costs about as much as this many interpreted checks of it. */
const worthCompiling = 100;

interface Prepared {
  readonly schema: LibrarySchema;
  checks: number;
  check: (value: unknown) => boolean;
}

const prepared = new Map<StructuralSchema, Prepared>();

/** Every way in which `value`, completed by its defaults, is not what the schema asks for. */
export function structureProblems(schema: StructuralSchema, value: unknown): Problem[] {
  const entry = prepare(schema);
  entry.checks += 1;
  if (entry.checks === worthCompiling) {
    const compiled = Compile(entry.schema);
    entry.check = (candidate) => compiled.Check(candidate);
  }
  return entry.check(value) ? [] : problemsOf({ schema, library: entry.schema, value });
}

function prepare(schema: StructuralSchema): Prepared {
  let entry = prepared.get(schema);
  if (entry === undefined) {
    const library = toLibrarySchema(schema);
    entry = { schema: library, checks: 0, check: (value) => Check(library, value) };
    prepared.set(schema, entry);
  }
  return entry;
}

interface Failed {
  readonly schema: StructuralSchema;
  readonly library: LibrarySchema;
  readonly value: unknown;
}

function problemsOf({ schema, library, value }: Failed): Problem[] {
  // The library stops at eight errors unless told otherwise, and takes that number from its process-wide settings only.
  Settings.Set({ maxErrors: 10_000 });
  const [, errors] = Errors(library, value);
  return errors.flatMap((error) => {
    const keyword = error.keyword === '~refine' ? error.params.message : error.keyword;
    return explain(keyword, locate(schema, value, error.instancePath));
  });
}
