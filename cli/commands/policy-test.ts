/** `cellwright policy test`: tables of cases and Rego tests of a fleet's own, against its policy. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isCasesPath, readCases } from '../../files/policy/cases.ts';
import type { PolicyCase } from '../../files/policy/cases.ts';
import { fileProblem } from '../../files/read/read-text.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { decideAll } from '../../opa/decide.ts';
import { testModules } from '../../opa/test-modules.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { showProblems } from '../output/problems.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { answerOf, decisionQuery, failedDecision } from '../policy/decision.ts';
import type { Decision } from '../policy/decision.ts';
import { openPolicy } from '../policy/fleet-policy.ts';
import type { FleetPolicy } from '../policy/fleet-policy.ts';
import { line, styled, terminal } from '../terminal.ts';

/** Options of {@link policyTest}. */
export interface TestOptions {
  readonly fleet: string;
  readonly output: OutputFormat;
}

/** One test, and how it went. */
interface TestResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly passed: boolean;
  /** What was expected and what came, where it failed. */
  readonly message?: string;
}

/** Runs every `*.cases.yaml` and `*_test.rego` among the paths. */
export async function policyTest(paths: readonly string[], { fleet, output }: TestOptions): Promise<ExitCode> {
  const files = (paths.length === 0 ? [path.join(fleet, 'tests')] : paths).flatMap(testFiles);
  const read = files.filter(isCasesPath).map((file) => readCases(file));
  const cases = read.flatMap((each) => each.cases);
  const missing = files.length === 0 ? [noTests(paths[0] ?? path.join(fleet, 'tests'))] : [];
  const problems = [...missing, ...read.flatMap((each) => each.problems)];
  const policy = problems.length > 0 ? undefined : await openPolicy({ fleet });
  if (policy === undefined) {
    showProblems(terminal.err, problems);
    return problems.length > 0 ? exitCode.usage : exitCode.findings;
  }
  const unknown = unknownTenants(policy, cases);
  if (unknown.length > 0) {
    showProblems(terminal.err, unknown);
    return exitCode.usage;
  }
  const rego = files.filter((file) => !isCasesPath(file));
  const results = [...(await caseResults(policy, cases)), ...(await regoResults(policy, rego))];
  show(results, output);
  return results.every(({ passed }) => passed) ? exitCode.fine : exitCode.findings;
}

function testFiles(each: string): string[] {
  if (!existsSync(each)) {
    return [];
  }
  if (!statSync(each).isDirectory()) {
    return [each];
  }
  return readdirSync(each, { recursive: true, encoding: 'utf8' })
    .filter((name) => isCasesPath(name) || name.endsWith('_test.rego'))
    .sort()
    .map((name) => path.join(each, name));
}

function noTests(place: string): LocatedProblem {
  return fileProblem(place, {
    code: 'cases.none',
    message: 'there is no *.cases.yaml and no *_test.rego',
    fix: 'write cases there, or name the files',
  });
}

function unknownTenants({ fleet }: FleetPolicy, cases: readonly PolicyCase[]): LocatedProblem[] {
  const known = new Set(fleet.tenants.map(({ name }) => name));
  return cases
    .filter(({ input }) => !known.has(input.tenant))
    .map(({ file, line: at, input }) => ({
      ...fileProblem(file, {
        code: 'cases.tenant',
        message: `the fleet has no tenant ${input.tenant}`,
        fix: `name one of its tenants`,
      }),
      line: at,
    }));
}

async function caseResults(policy: FleetPolicy, cases: readonly PolicyCase[]): Promise<TestResult[]> {
  const names = [...new Set(cases.map(({ input }) => input.tenant))];
  const decisions = await decideAll<Decision>({
    opa: policy.opa,
    modules: policy.modules,
    policies: names.flatMap((name) =>
      policy.fleet.tenants.filter((tenant) => tenant.name === name).map(policy.policyOf),
    ),
    questions: cases.map(({ input }) => ({ policy: names.indexOf(input.tenant), input })),
    query: decisionQuery,
    onError: failedDecision,
  });
  return cases.map((each, index) => resultOf(each, decisions[index] ?? failedDecision('no answer')));
}

function resultOf({ file, line: at, name, expect, because }: PolicyCase, decision: Decision): TestResult {
  const answer = answerOf(decision);
  const because_ = because === undefined || decision.reasons.some((reason) => reason.includes(because));
  const reasons = decision.reasons.length === 0 ? 'no reasons' : decision.reasons.join('; ');
  const wanted = because === undefined ? expect : `${expect} because ${because}`;
  return answer === expect && because_
    ? { file, line: at, name, passed: true }
    : { file, line: at, name, passed: false, message: `expected ${wanted}, got ${answer}: ${reasons}` };
}

async function regoResults({ opa, modules }: FleetPolicy, files: readonly string[]): Promise<TestResult[]> {
  if (files.length === 0) {
    return [];
  }
  // Two folders may have a file of the same name, and opa is given one folder.
  const tests = new Map(files.map((file, index) => [`test_${index}_${path.basename(file)}`, file]));
  const texts = Object.fromEntries([...tests].map(([name, file]) => [name, readFileSync(file, 'utf8')]));
  const { results } = await testModules({ opa, modules: { ...modules, ...texts } });
  return results.map(({ name, passed, file, row }) => ({
    file: tests.get(file) ?? file,
    line: row,
    name,
    passed,
    ...(passed ? {} : { message: 'the rule is not true' }),
  }));
}

function show(results: readonly TestResult[], output: OutputFormat): void {
  const failed = results.filter(({ passed }) => !passed);
  const counts = `${results.length - failed.length} passed, ${failed.length} failed`;
  if (output !== 'table') {
    terminal.out.write(structured(output, results));
    return;
  }
  for (const { file, line: at, name, message } of failed) {
    line(terminal.out, `${styled(terminal.out, 'red', 'FAIL')} ${file}:${at}: ${name}: ${message ?? ''}`);
  }
  line(terminal.out, styled(terminal.out, failed.length === 0 ? 'green' : 'red', counts));
}
