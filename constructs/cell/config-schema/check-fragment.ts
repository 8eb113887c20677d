/** Offline check of a fragment of `openclaw.json` against the configuration schema of an OpenClaw version. */
import { Check, Errors } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { appendStep, valueAt } from '../../api/field-path.ts';
import type { Problem } from '../../api/problem.ts';
import { quote } from '../../api/validate/quote.ts';
import { suggest } from '../../api/validate/suggest.ts';
import { mergeFragments } from '../settings/merge.ts';

type Fragment = Readonly<Record<string, unknown>>;

/** What is checked. */
export interface FragmentCheck {
  /** The schema, as OpenClaw prints it; boolean or object. */
  readonly schema: unknown;
  readonly fragment: Fragment;
  /**
   * What lies under the fragment when it is used; it may complete what the fragment leaves out.
   * @default - nothing
   */
  readonly under?: Fragment;
  /** Path of the fragment in its object, for the problems. */
  readonly path: string;
}

/**
 * Problems inside the fragment. The schema is interpreted where the fragment touches it: compiling the whole of it costs
 * seconds, this a few milliseconds.
 */
export function checkFragment({ schema, fragment, under, path }: FragmentCheck): Problem[] {
  const merged = mergeFragments(under, fragment);
  if (Check(schema as object, merged)) {
    return [];
  }
  Settings.Set({ maxErrors: 10_000 });
  const [, errors] = Errors(schema as object, merged);
  const problems = errors
    .filter((error) => valueAt(fragment, stepsOf(error.instancePath)) !== undefined)
    .flatMap((error) => problemOf(error, { schema, fragment, path }));
  return mostPrecise(problems);
}

type SchemaError = ReturnType<typeof Errors>[1][number];

function problemOf(error: SchemaError, check: Pick<FragmentCheck, 'schema' | 'fragment' | 'path'>): Problem[] {
  const steps = stepsOf(error.instancePath);
  const place = steps.reduce<string>(appendStep, check.path);
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys(propertiesAt(check.schema, error.schemaPath));
    return error.params.additionalProperties.map((key) => unknownKey(key, known, place));
  }
  const value = quote(valueAt(check.fragment, steps));
  const code = 'config.schema';
  return [{ code, path: place, message: `OpenClaw does not take ${value} here: ${error.message}`, fix: fixOf(error) }];
}

function unknownKey(key: string, known: readonly string[], place: string): Problem {
  const nearest = suggest(key, known);
  return {
    code: 'config.unknown-key',
    path: appendStep(place, key),
    message: `OpenClaw has no setting "${key}" here and would not start`,
    fix: nearest === undefined ? 'remove it' : `did you mean ${nearest}?`,
  };
}

function fixOf(error: SchemaError): string {
  switch (error.keyword) {
    case 'type':
      return `write a value of type ${[error.params.type].flat().join(' or ')}`;
    case 'enum':
      return `write one of ${error.params.allowedValues.map(quote).join(', ')}`;
    case 'const':
      return `write ${quote(error.params.allowedValue)}`;
    case 'required':
      return `add ${error.params.requiredProperties.join(', ')}`;
    default:
      return 'see the configuration reference of this OpenClaw version';
  }
}

/**
 * A value that fits none of several forms fails each of them; what is said of the deepest place is what the author
 * meant to write, and one sentence for each place is enough.
 */
function mostPrecise(problems: readonly Problem[]): Problem[] {
  const isInside = (outer: string, inner: string): boolean =>
    inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  const deepest = problems.filter(({ path }) => !problems.some((other) => isInside(path, other.path)));
  return [...new Map(deepest.map((problem) => [problem.path, problem])).values()];
}

function stepsOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^(0|[1-9][0-9]*)$/.test(step) ? Number(step) : step));
}

function propertiesAt(schema: unknown, schemaPath: string): Readonly<Record<string, unknown>> {
  const pointer = schemaPath.replace(/^#/, '');
  const node = valueAt(schema, stepsOf(pointer)) as { readonly properties?: Readonly<Record<string, unknown>> } | undefined;
  return node?.properties ?? {};
}
