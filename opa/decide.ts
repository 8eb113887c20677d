/** Decisions of a whole list of questions by one run of the real `opa eval`, as the cells of their tenants would decide. */
import { runBounded } from './bounded-child.ts';
import type { BoundedChild, ChildResult } from './bounded-child.ts';
import { locateErrors, textOf } from './locate-errors.ts';
import type { EvaluationError } from './locate-errors.ts';
import { moduleFolder } from './module-folder.ts';
import type { OpaFiles } from './module-folder.ts';
import { OpaError } from './opa-error.ts';

/** One question, and the policy that it is put to. */
export interface PolicyQuestion {
  /** Index into the policies. */
  readonly policy: number;
  /** The input document. */
  readonly input: unknown;
}

/** What is decided together. */
export interface DecideOptions<Value> {
  readonly opa: string;
  /** The library, and the modules of every bundle that a policy names. */
  readonly modules: OpaFiles;
  /** `data.policy` of each tenant; levels that are the same object are written for opa once. */
  readonly policies: readonly unknown[];
  readonly questions: readonly PolicyQuestion[];
  /** Rego of the value that is wanted of each question, for example `data.cellwright.decision`. */
  readonly query: string;
  /** What a question is worth that policy cannot be evaluated on; the guard denies such a one. */
  readonly onError: (message: string) => Value;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds for one question, and for each more; a cell gives a decision one second, and takes far less than five. */
const firstMs = 2000;
const eachMs = 5;
/** Below the processor time that a child has. */
const longestMs = 50_000;
/** For the process around an evaluation. */
const processMs = 10_000;

/**
 * The values in the order of the questions. An error of one question ends opa's whole run, as it would end the decision in
 * a cell; it is then found out which ones they are, and the others are decided without them. One that does not come to an
 * end is an error, too.
 * @throws OpaError when the modules do not compile or opa itself fails, see `runBounded`
 */
export async function decideAll<Value>(options: DecideOptions<Value>): Promise<Value[]> {
  const { questions, onError } = options;
  if (questions.length === 0) {
    return [];
  }
  const result = await run(options);
  if ('values' in result) {
    return result.values as Value[];
  }
  if (questions.length === 1) {
    return [onError(result.error)];
  }
  const errors = result.error === tooSlow ? new Map<number, string>() : await locate(options);
  return errors.size === 0 ? inHalves(options) : withoutErrors(options, errors);
}

async function withoutErrors<Value>(
  options: DecideOptions<Value>,
  errors: ReadonlyMap<number, string>,
): Promise<Value[]> {
  const { questions, onError } = options;
  const others = await decideAll({ ...options, questions: questions.filter((_, index) => !errors.has(index)) });
  const values = others.values();
  return questions.map((_, index) => {
    const error = errors.get(index);
    return error === undefined ? (values.next().value as Value) : onError(error);
  });
}

/** Where opa does not say which question it was: parted until the question stands alone. */
async function inHalves<Value>(options: DecideOptions<Value>): Promise<Value[]> {
  const { questions } = options;
  const middle = Math.ceil(questions.length / 2);
  return [
    ...(await decideAll({ ...options, questions: questions.slice(0, middle) })),
    ...(await decideAll({ ...options, questions: questions.slice(middle) })),
  ];
}

function locate({
  opa,
  modules,
  policies,
  questions,
  query,
  signal,
}: DecideOptions<unknown>): ReturnType<typeof locateErrors> {
  const bodies = questions.map(
    ({ policy }, index) =>
      `p := ${document(`input.heads[${policy}]`)}; q := input.questions[${index}].input; ${asked(query)}`,
  );
  return locateErrors({ opa, modules, input: { ...withSharedLevels(policies), questions }, bodies, signal });
}

interface Report {
  readonly result?: readonly { readonly expressions: readonly { readonly value: readonly unknown[] }[] }[];
  readonly errors?: readonly (EvaluationError & { readonly code?: string })[];
}

type Outcome = { readonly values: readonly unknown[] } | { readonly error: string };

async function run(options: DecideOptions<unknown>): Promise<Outcome> {
  const { opa, modules, policies, questions, query, signal } = options;
  await using loaded = await moduleFolder(modules);
  const input = { ...withSharedLevels(policies), questions };
  await using besides = await moduleFolder({ 'input.json': JSON.stringify(input) });
  const timeoutMs = Math.min(longestMs, firstMs + eachMs * questions.length);
  const ran = await endedBy(timeoutMs + processMs, {
    command: opa,
    args: [
      'eval',
      '--format=json',
      '--strict-builtin-errors',
      `--timeout=${timeoutMs}ms`,
      `--data=${loaded.path}`,
      `--input=${besides.path}/input.json`,
      rego(query),
    ],
    signal,
  });
  return ran === undefined ? { error: tooSlow } : outcomeOf(ran, questions.length);
}

function outcomeOf({ stdout, stderr }: ChildResult, questions: number): Outcome {
  const { result, errors = [] } = reportOf(stdout, stderr);
  const pairs = result?.[0]?.expressions[0]?.value as readonly (readonly [number, unknown])[] | undefined;
  if (pairs !== undefined) {
    const values = new Map(pairs);
    return { values: Array.from({ length: questions }, (_, index) => values.get(index)) };
  }
  const [first] = errors;
  if (first?.code?.startsWith('eval_') === true) {
    return { error: first.code === 'eval_cancel_error' ? tooSlow : textOf(first) };
  }
  throw new OpaError('opa.failed', `opa eval: ${first?.message ?? (stdout + stderr).slice(0, 2000)}`);
}

const tooSlow = 'it does not come to an end in time';

/** Undefined past the time: some built-ins do not look at opa's own. */
async function endedBy(timeoutMs: number, child: Omit<BoundedChild, 'timeoutMs'>): Promise<ChildResult | undefined> {
  try {
    return await runBounded({ ...child, timeoutMs });
  } catch (error) {
    if (error instanceof OpaError && error.code === 'opa.timeout') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Policies of a fleet are mostly levels that many tenants share; written once for each tenant they would be hundreds of
 * megabytes. Shared is what is the same object.
 */
function withSharedLevels(policies: readonly unknown[]): { readonly heads: unknown[]; readonly levels: unknown[] } {
  const places = new Map<unknown, number>();
  const placeOf = (level: unknown): number => {
    places.set(level, places.get(level) ?? places.size);
    return places.get(level) ?? 0;
  };
  const heads = policies.map((policy) => {
    const { levels, ...head } = policy as { readonly levels: readonly unknown[] };
    return { ...head, levels: levels.map(placeOf) };
  });
  return { heads, levels: [...places.keys()] };
}

/** Pairs of index and value. */
function rego(query: string): string {
  const policies = `[p | some head in input.heads; p := ${document('head')}]`;
  const each = 'some i, one in input.questions; p := policies[one.policy]; q := one.input';
  return `[values | policies := ${policies}; values := [[i, v] | ${each}; ${asked(query)}]][0]`;
}

/** A policy out of its head and the levels that it shares. */
function document(head: string): string {
  return `object.union(${head}, {"levels": [l | some k in ${head}.levels; l := input.levels[k]]})`;
}

/** What `with` is given is bound to variables: opa 1.21 has no value for `with data.policy as one.policy`. */
function asked(query: string): string {
  return `v := ${query} with data.policy as p with input as q`;
}

function reportOf(stdout: string, stderr: string): Report {
  try {
    return JSON.parse(stdout) as Report;
  } catch (cause) {
    throw new OpaError('opa.failed', `opa eval printed no report: ${(stdout + stderr).slice(0, 2000)}`, cause);
  }
}
