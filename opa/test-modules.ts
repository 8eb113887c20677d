/** The real `opa test`. */
import path from 'node:path';
import { runBounded } from './bounded-child.ts';
import { moduleFolder } from './module-folder.ts';
import type { OpaFiles } from './module-folder.ts';
import { OpaError } from './opa-error.ts';

/** What is tested together. */
export interface TestOptions {
  readonly opa: string;
  /** Modules that compile, their tests, and data documents, by file name. */
  readonly modules: OpaFiles;
  readonly signal?: AbortSignal | undefined;
}

/** One `test_` rule. */
export interface RegoTest {
  /** As `package.test_name`. */
  readonly name: string;
  /** Rules named `todo_test_` are skipped. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed, as far as opa tells: its error, or what the test printed. */
  readonly message?: string;
  /** Name of its module. */
  readonly file: string;
  /** One-based. */
  readonly row: number;
}

interface TestResult {
  readonly package: string;
  readonly name: string;
  readonly fail?: boolean;
  readonly skip?: boolean;
  readonly error?: { readonly message?: string };
  /** In base64. */
  readonly output?: string;
  readonly location?: { readonly file: string; readonly row: number };
}

/** All tests together; one of them has 5 s by opa itself. */
const allMs = 120_000;

/**
 * Runs every `test_` rule.
 * @throws OpaError `opa.failed` when the modules do not compile, see also `runBounded`
 */
export async function testModules(options: TestOptions): Promise<RegoTest[]> {
  const results = JSON.parse(await run(options, '--format=json')) as readonly TestResult[];
  return results.map(regoTest);
}

/**
 * Covered lines of all modules, in percent; undefined when a test failed, since opa then says nothing of it.
 * @throws OpaError as `testModules` does
 */
export async function coverageOf(options: TestOptions): Promise<number | undefined> {
  return (JSON.parse(await run(options, '--coverage')) as { readonly coverage?: number }).coverage;
}

async function run({ opa, modules, signal }: TestOptions, flag: string): Promise<string> {
  await using folder = await moduleFolder(modules);
  const args = ['test', flag, folder.path];
  const { stdout, stderr } = await runBounded({ command: opa, args, timeoutMs: allMs, signal });
  if (!/^[[{]/.test(stdout)) {
    throw new OpaError('opa.failed', `opa test: ${(stdout + stderr).slice(0, 2000)}`);
  }
  return stdout;
}

function regoTest({ package: module, name, location, ...result }: TestResult): RegoTest {
  return {
    name: `${module}.${name}`,
    ...outcomeOf(result),
    file: path.basename(location?.file ?? ''),
    row: location?.row ?? 0,
  };
}

function outcomeOf({
  fail,
  skip,
  error,
  output,
}: Omit<TestResult, 'package' | 'name'>): Pick<RegoTest, 'outcome' | 'message'> {
  if (fail !== true && error === undefined) {
    return { outcome: skip === true ? 'skipped' : 'passed' };
  }
  const printed = output === undefined ? undefined : `it printed: ${Buffer.from(output, 'base64').toString().trim()}`;
  const message = error?.message ?? printed;
  return { outcome: 'failed', ...(message === undefined ? {} : { message }) };
}
