/** Words for each way in which a value can break its schema. */
import { appendStep } from '../field-path.ts';
import type { Problem } from '../problem.ts';
import { patternOf } from '../schema/patterns.ts';
import type { Place } from './locate.ts';
import { quote, typeName } from './quote.ts';
import { suggest } from './suggest.ts';

type Explanation = (place: Place) => Problem[];

/** The problems behind one failed keyword at one place. */
export function explain(keyword: string, place: Place): Problem[] {
  const explanation = explanations[keyword];
  if (explanation === undefined) {
    throw new Error(`no words for the schema keyword "${keyword}" at ${place.path}: add them to explain.ts`);
  }
  return explanation(place);
}

const explanations: Readonly<Record<string, Explanation>> = {
  type: ({ path, schema, value }) => [
    {
      code: 'schema.type',
      path,
      message: `expected ${article(schema.type)}, got ${typeName(value)}${isScalar(value) ? ` ${quote(value)}` : ''}`,
      fix: schema.type === 'string' ? textFix(value) : `write ${article(schema.type)}`,
    },
  ],
  required: ({ path, schema, value }) =>
    (schema.required ?? [])
      .filter((name) => !Object.hasOwn(value as object, name))
      .map((name) => ({
        code: 'schema.required',
        path: appendStep(path, name),
        message: `${name} is missing`,
        fix: `add ${name}: ${schema.properties?.[name]?.description ?? 'it is required'}`,
      })),
  enum: ({ path, schema, value }) => {
    const words = schema.enum ?? [];
    const nearest = typeof value === 'string' ? suggest(value, words) : undefined;
    return [
      {
        code: 'schema.enum',
        path,
        message: `${quote(value)} is not one of ${words.join(', ')}`,
        fix: nearest === undefined ? `write one of ${words.join(', ')}` : `did you mean ${nearest}?`,
      },
    ];
  },
  pattern: (place) => [wrongForm(place)],
  minLength: ({ path, schema, value }) => [
    {
      code: 'schema.length',
      path,
      message: `${quote(value)} is too short`,
      fix: `write at least ${String(schema.minLength)} character${schema.minLength === 1 ? '' : 's'}`,
    },
  ],
  maxLength: ({ path, schema, value }) => [
    {
      code: 'schema.length',
      path,
      message: `${Array.from(value as string).length} characters are too many`,
      fix: `write at most ${String(schema.maxLength)} characters`,
    },
  ],
  minimum: (place) => [outOfRange(place)],
  maximum: (place) => [outOfRange(place)],
  minItems: (place) => [wrongCount(place, `write at least ${String(place.schema.minItems)}`)],
  maxItems: (place) => [wrongCount(place, `write at most ${String(place.schema.maxItems)}`)],
  minProperties: (place) => [wrongCount(place, `write at least ${String(place.schema.minProperties)}`)],
  maxProperties: (place) => [wrongCount(place, `write at most ${String(place.schema.maxProperties)}`)],
  // Said again at the member itself, with the reason.
  additionalProperties: () => [],
};

/** YAML reads unquoted digits as a number, `yes` as a boolean and a text that ends in a colon as a mapping. */
function textFix(value: unknown): string {
  if (value !== null && typeof value !== 'object') {
    return `put it in quotes: "${JSON.stringify(value)}"`;
  }
  const [entry, ...more] = Object.entries(value ?? {}) as [string, unknown][];
  return entry?.[1] === null && more.length === 0
    ? `put it in quotes: ${JSON.stringify(`${entry[0]}:`)}`
    : 'write a string';
}

function wrongForm({ path, schema, value }: Place): Problem {
  const says = schema.pattern === undefined ? undefined : patternOf(schema.pattern)?.says;
  return {
    code: 'schema.pattern',
    path,
    message: `${quote(value)} has the wrong form`,
    fix: `write ${says ?? `what matches ${String(schema.pattern)}`}`,
  };
}

function outOfRange({ path, schema, value }: Place): Problem {
  const { minimum, maximum } = schema;
  return {
    code: 'schema.range',
    path,
    message: `${quote(value)} is out of range`,
    fix: `write a number from ${String(minimum)} to ${String(maximum)}`,
  };
}

function wrongCount({ path, value }: Place, fix: string): Problem {
  const count = Array.isArray(value) ? value.length : Object.keys(value as object).length;
  return {
    code: 'schema.count',
    path,
    message: `${count} ${count === 1 ? 'entry' : 'entries'}`,
    fix: `${fix} entries`,
  };
}

function article(type: string): string {
  return { array: 'a list', object: 'an object', integer: 'an integer' }[type] ?? `a ${type}`;
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
