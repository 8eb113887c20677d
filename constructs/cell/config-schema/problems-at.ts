/** Words for what is wrong at one place of a fragment. */
import { appendStep, valueAt } from '../../api/field-path.ts';
import type { Problem } from '../../api/problem.ts';
import { quote } from '../../api/validate/quote.ts';
import { suggest } from '../../api/validate/suggest.ts';
import { byCodeUnit } from '../../synth/order.ts';
import type { SchemaError } from './nearest-alternatives.ts';
import { stepsOf } from './pointer.ts';

/** One place and every error of the schema there. */
export interface FailedPlace {
  readonly schema: unknown;
  readonly value: unknown;
  /** Field path of the place. */
  readonly path: string;
  readonly errors: readonly SchemaError[];
}

/** The problems of one place: each unknown key by itself, the rest as one. */
export function problemsAt(place: FailedPlace): Problem[] {
  const unknown = unknownKeys(place);
  return unknown.length > 0 ? unknown : misfit(place);
}

/** Only keys of the fragment: what lies under it has an author of its own. */
function unknownKeys({ schema, value, path, errors }: FailedPlace): Problem[] {
  const closed = errors.filter((error) => error.keyword === 'additionalProperties');
  const known = [...new Set(closed.flatMap(({ schemaPath }) => propertiesAt(schema, schemaPath)))].sort(byCodeUnit);
  const keys = new Set(closed.flatMap(({ params }) => params.additionalProperties));
  return [...keys]
    .filter((key) => !known.includes(key) && valueAt(value, [key]) !== undefined)
    .map((key) => {
      const nearest = suggest(key, known);
      return {
        code: 'config.unknown-key',
        path: appendStep(path, key),
        message: `OpenClaw has no setting "${key}" here and would not start`,
        fix: nearest === undefined ? 'remove it' : `did you mean ${nearest}?`,
      };
    });
}

/** `boolean` errors repeat, one step deeper, what `additionalProperties` says. */
function misfit({ value, path, errors }: FailedPlace): Problem[] {
  const [first, ...more] = errors.filter(({ keyword }) => keyword !== 'additionalProperties' && keyword !== 'boolean');
  if (first === undefined) {
    return [];
  }
  const expected = expectations([first, ...more]);
  return [
    {
      code: 'config.schema',
      path,
      message: `OpenClaw does not take ${quote(value)} here${expected === undefined ? `: it ${first.message}` : ''}`,
      fix: expected ?? 'see the configuration reference of this OpenClaw version',
    },
  ];
}

/** What to write instead, where the schema says it in so many words. */
function expectations(errors: readonly SchemaError[]): string | undefined {
  const words = new Set(errors.flatMap(allowedWords));
  const types = new Set(errors.flatMap((error) => (error.keyword === 'type' ? [error.params.type].flat() : [])));
  const members = new Set(
    errors.flatMap((error) => (error.keyword === 'required' ? error.params.requiredProperties : [])),
  );
  if (members.size > 0) {
    return `add ${[...members].join(', ')}`;
  }
  const parts = [
    ...(words.size === 0 ? [] : [`${words.size === 1 ? '' : 'one of '}${[...words].join(', ')}`]),
    ...(types.size === 0 ? [] : [`a value of type ${[...types].join(' or ')}`]),
  ];
  return parts.length === 0 ? undefined : `write ${parts.join(', or ')}`;
}

function allowedWords(error: SchemaError): string[] {
  if (error.keyword === 'const') {
    return [quote(error.params.allowedValue)];
  }
  return error.keyword === 'enum' ? error.params.allowedValues.map(quote) : [];
}

function propertiesAt(schema: unknown, schemaPath: string): string[] {
  const node = valueAt(schema, stepsOf(schemaPath.replace(/^#/, ''))) as { readonly properties?: object } | undefined;
  return Object.keys(node?.properties ?? {});
}
