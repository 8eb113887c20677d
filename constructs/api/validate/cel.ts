/** The rules of a schema (`x-kubernetes-validations`), evaluated as the API server does. */
import { EvaluationError } from '@marcbachmann/cel-js';
import { appendStep, parsePath, valueAt } from '../field-path.ts';
import type { Problem } from '../problem.ts';
import type { CelRule, StructuralSchema } from '../schema/structural.ts';
import { celProgram } from './cel-environment.ts';
import type { CelProgram } from './cel-environment.ts';
import type { Place } from './locate.ts';
import { quote } from './quote.ts';

/** A place now and what stood there before, undefined for a new object. */
export interface Change extends Place {
  readonly old: unknown;
}

/** True for rules that judge the way from the old value to the new one. */
export function isTransitionRule({ rule }: CelRule): boolean {
  return /\boldSelf\b/.test(rule);
}

/** Every rule that does not hold at or below a place. Transition rules are passed over where nothing stood before. */
export function ruleProblems({ schema, value, old, path }: Change): Problem[] {
  if (!hasRules(schema)) {
    return [];
  }
  const problems = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) =>
    judge(rule, { schema, value, old, path }),
  );
  if (Array.isArray(value)) {
    const { items } = schema;
    // The API server pairs old and new entries of lists by key only; our transition rules stand outside of lists.
    return items
      ? [
          ...problems,
          ...value.flatMap((item: unknown, index) =>
            ruleProblems({ schema: items, value: item, old: undefined, path: appendStep(path, index) }),
          ),
        ]
      : problems;
  }
  if (value === null || typeof value !== 'object') {
    return problems;
  }
  const properties = schema.properties ?? {};
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (known !== undefined && hasRules(known)) {
      problems.push(
        ...ruleProblems({ schema: known, value: member, old: valueAt(old, [key]), path: appendStep(path, key) }),
      );
    }
  }
  return problems;
}

const withRules = new Map<StructuralSchema, boolean>();

/** Whether there is a rule at or below a node: most of a schema has none and is not walked. */
function hasRules(schema: StructuralSchema): boolean {
  let has = withRules.get(schema);
  if (has === undefined) {
    const below = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
    has =
      schema['x-kubernetes-validations'] !== undefined || below.some((node) => node !== undefined && hasRules(node));
    withRules.set(schema, has);
  }
  return has;
}

function judge(rule: CelRule, { value, old, path }: Change): Problem[] {
  const transition = isTransitionRule(rule);
  if (transition && old === undefined) {
    return [];
  }
  return holds(rule, value, old) ? [] : [brokenRule(rule, { value, path, transition })];
}

/** A rule that cannot be evaluated does not hold: so says the API server too. */
function holds(rule: CelRule, self: unknown, oldSelf: unknown): boolean {
  const program = celProgram(rule.rule);
  const verdict = evaluate(program, { self, oldSelf });
  // The library reads the type of an object from `constructor`, which can be a key of the object itself.
  return (verdict ?? evaluate(program, { self: toMaps(self), oldSelf: toMaps(oldSelf) })) === true;
}

/** What the program says, undefined when it cannot be evaluated. */
function evaluate(program: CelProgram, variables: Parameters<CelProgram>[0]): unknown {
  try {
    return program(variables);
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

function toMaps(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(toMaps);
  }
  return value === null || typeof value !== 'object'
    ? value
    : new Map(Object.entries(value).map(([key, member]) => [key, toMaps(member)]));
}

interface Broken {
  readonly value: unknown;
  readonly path: string;
  readonly transition: boolean;
}

/** Messages of rules read "what is wrong: what to do"; a test holds them to it. */
function brokenRule({ message, fieldPath }: CelRule, { value, path, transition }: Broken): Problem {
  const below = parsePath(fieldPath ?? '');
  const at = below.reduce<string>(appendStep, path);
  const [what, ...rest] = message.split(': ');
  const got = below.length > 0 || typeof value !== 'object' ? valueAt(value, below) : value;
  return {
    code: transition ? 'schema.transition' : 'schema.rule',
    path: at,
    message: `${what ?? message}, got ${quote(got)}`,
    fix: rest.join(': '),
  };
}
