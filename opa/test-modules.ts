/** The real `opa test`. */
import path from 'node:path';
import { runBounded } from './bounded-child.ts';
import { findingsOf } from './check-modules.ts';
import { moduleFolder } from './module-folder.ts';
import type { OpaFiles } from './module-folder.ts';
import { OpaError } from './opa-error.ts';

/** What is tested together. */
export interface TestOptions {
  readonly opa: string;
  /** Modules and their tests by file name. */
  readonly modules: OpaFiles;
  readonly signal?: AbortSignal | undefined;
}

/** How the tests went. */
export interface TestReport {
  readonly results: readonly RegoTest[];
  /** Covered lines of all modules, in percent; undefined when a test failed, since opa then says nothing of it. */
  readonly coverage: number | undefined;
}

/** One `test_` rule. */
export interface RegoTest {
  /** As `package.test_name`. */
  readonly name: string;
  readonly passed: boolean;
  /** Name of its module. */
  readonly file: string;
  /** One-based. */
  readonly row: number;
}

interface TestResult {
  readonly package: string;
  readonly name: string;
  readonly fail?: boolean;
  readonly error?: unknown;
  readonly location?: { readonly file: string; readonly row: number };
}

/**
 * Runs every `test_` rule.
 * @throws OpaError `opa.failed` when the modules do not compile, see also `runBounded`
 */
export async function testModules({ opa, modules, signal }: TestOptions): Promise<TestReport> {
  await using folder = await moduleFolder(modules);
  const run = async (flag: string): Promise<string> => {
    const { stdout, stderr } = await runBounded({ command: opa, args: ['test', flag, folder.path], signal });
    if (stdout === '') {
      const [first] = findingsOf(stderr);
      throw new OpaError('opa.failed', `opa test: ${first?.file ?? ''}:${first?.row ?? 0}: ${first?.message ?? ''}`);
    }
    return stdout;
  };
  const results = (JSON.parse(await run('--format=json')) as readonly TestResult[]).map(regoTest);
  const allPassed = results.every(({ passed }) => passed);
  return { results, coverage: allPassed ? coverageOf(await run('--coverage')) : undefined };
}

function regoTest({ package: module, name, fail, error, location }: TestResult): RegoTest {
  return {
    name: `${module}.${name}`,
    passed: fail !== true && error === undefined,
    file: path.basename(location?.file ?? ''),
    row: location?.row ?? 0,
  };
}

function coverageOf(report: string): number | undefined {
  return (JSON.parse(report) as { readonly coverage?: number }).coverage;
}
