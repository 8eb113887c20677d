/** `cellwright policy test`: tables of cases and Rego tests of a fleet's own, against its policy. */
import path from 'node:path';
import { readCases } from '../../files/policy/cases.ts';
import { findTests } from '../../files/policy/test-files.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { showProblems } from '../output/problems.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { openPolicy } from '../policy/fleet-policy.ts';
import { caseResults, regoResults } from '../policy/test-results.ts';
import type { TestResult } from '../policy/test-results.ts';
import { line, styled, terminal } from '../terminal.ts';

/** Options of {@link policyTest}. */
export interface TestOptions {
  readonly fleet: string;
  readonly output: OutputFormat;
}

/** Runs every `*.cases.yaml` and `*_test.rego` among the paths. */
export async function policyTest(paths: readonly string[], { fleet, output }: TestOptions): Promise<ExitCode> {
  const files = findTests(paths.length === 0 ? [path.join(fleet, 'tests')] : paths);
  if (files.problems.length > 0) {
    return refuse(files.problems);
  }
  const policy = await openPolicy({ fleet });
  if (policy === undefined) {
    return exitCode.failed;
  }
  const read = files.cases.map((file) => readCases(file, { tenants: [...policy.tenants.keys()] }));
  const rego = await regoResults(policy, files.rego);
  const problems = [...read.flatMap((each) => each.problems), ...('problems' in rego ? rego.problems : [])];
  if (problems.length > 0 || 'problems' in rego) {
    return refuse(problems);
  }
  const cases = read.flatMap((each) => each.cases);
  const results = [...(await caseResults(policy, cases)), ...rego.results];
  show(results, output);
  return results.some(({ outcome }) => outcome === 'failed') ? exitCode.findings : exitCode.fine;
}

/** Nothing runs while a test does not say what it means. */
function refuse(problems: readonly LocatedProblem[]): ExitCode {
  showProblems(terminal.err, problems);
  return exitCode.usage;
}

function show(results: readonly TestResult[], output: OutputFormat): void {
  if (output !== 'table') {
    terminal.out.write(structured(output, results));
    return;
  }
  const [passed, failed, skipped] = (['passed', 'failed', 'skipped'] as const).map((wanted) =>
    results.filter(({ outcome }) => outcome === wanted),
  ) as [TestResult[], TestResult[], TestResult[]];
  for (const { file, line: at, name, message } of failed) {
    line(terminal.out, `${styled(terminal.out, 'red', 'FAIL')} ${file}:${at}: ${name}: ${message ?? ''}`);
  }
  for (const { file, line: at, name } of skipped) {
    line(terminal.out, `skipped ${file}:${at}: ${name}`);
  }
  const counts = `${passed.length} passed, ${failed.length} failed`;
  line(terminal.out, styled(terminal.out, failed.length === 0 ? 'green' : 'red', counts));
}
