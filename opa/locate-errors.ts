/** Which of many questions policy cannot be evaluated on, and why, found by one run of the real `opa eval`. */
import path from 'node:path';
import { runBounded } from './bounded-child.ts';
import { moduleFolder } from './module-folder.ts';
import type { OpaFiles } from './module-folder.ts';
import { OpaError } from './opa-error.ts';

/** What is looked through. */
export interface LocateOptions {
  readonly opa: string;
  readonly modules: OpaFiles;
  /** Whatever the rules below read of it. */
  readonly input: unknown;
  /** For each question, the body of a rule that evaluates it. */
  readonly bodies: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const file = 'cellwright-batch.rego';
/** Lines before the first question's. */
const preamble = 1;

interface Place {
  readonly file?: string;
  readonly row?: number;
}

/** One error of an evaluation, as opa reports it. */
export interface EvaluationError {
  readonly message: string;
  readonly location?: Place;
  readonly stack_trace?: readonly { readonly location?: Place }[];
}

interface Report {
  readonly errors?: readonly EvaluationError[];
}

/** The module in which something went wrong, and what: `bundle-acme.rego: to_number: …`. */
export function textOf({ message, location }: EvaluationError): string {
  const module = path.basename(location?.file ?? '');
  return module === '' ? message : `${module}: ${message}`;
}

/**
 * The first error of each question that has one, by its place. Each question is a rule on a line of its own, and opa
 * names the lines that led to an error. Empty where it does not: it is then not known which question it was.
 */
export async function locateErrors(options: LocateOptions): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const error of (await run(options)).errors ?? []) {
    const row = error.stack_trace?.find(({ location }) => path.basename(location?.file ?? '') === file)?.location?.row;
    if (row !== undefined && !found.has(row - 1 - preamble)) {
      found.set(row - 1 - preamble, textOf(error));
    }
  }
  return found;
}

async function run({ opa, modules, input, bodies, signal }: LocateOptions): Promise<Report> {
  const rules = bodies.map((body, index) => `evaluated contains ${index} if { ${body} }`);
  const module = ['package cellwright_batch', ...rules].join('\n');
  await using loaded = await moduleFolder({ ...modules, [file]: module });
  await using besides = await moduleFolder({ 'input.json': JSON.stringify(input) });
  const args = ['eval', '--format=json', '--show-builtin-errors', `--data=${loaded.path}`];
  try {
    const { stdout } = await runBounded({
      command: opa,
      args: [...args, `--input=${besides.path}/input.json`, 'count(data.cellwright_batch.evaluated)'],
      timeoutMs: 120_000,
      signal,
    });
    return JSON.parse(stdout) as Report;
  } catch (error) {
    // Rules with loops can have more errors than opa may print.
    if (error instanceof OpaError && error.code === 'opa.output') {
      return {};
    }
    throw error;
  }
}
