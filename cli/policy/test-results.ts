/** Runs the tests of a fleet's policy: tables of cases by decision, Rego tests by `opa test`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PolicyCase } from '../../files/policy/cases.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { compileModules } from '../../opa/check-modules.ts';
import { decideAll } from '../../opa/decide.ts';
import { OpaError } from '../../opa/opa-error.ts';
import { testModules } from '../../opa/test-modules.ts';
import { answerOf, decisionQuery, failedDecision } from './decision.ts';
import type { Decision } from './decision.ts';
import type { FleetPolicy } from './fleet-policy.ts';

/** One test, and how it went. */
export interface TestResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was expected and what came, where it failed. */
  readonly message?: string;
}

/** Decides every case by one run of opa. */
export async function caseResults(policy: FleetPolicy, cases: readonly PolicyCase[]): Promise<TestResult[]> {
  const asked = new Set(cases.map(({ input }) => input.tenant));
  const tenants = [...policy.tenants.values()].filter(({ name }) => asked.has(name));
  const places = new Map(tenants.map(({ name }, place) => [name, place]));
  const decisions = await decideAll<Decision>({
    opa: policy.opa,
    modules: policy.modules,
    policies: tenants.map(policy.policyOf),
    questions: cases.map(({ input }) => ({ policy: places.get(input.tenant) ?? -1, input })),
    query: decisionQuery,
    onError: failedDecision,
  });
  return cases.map((each, index) => resultOf(each, decisions[index] ?? failedDecision('no answer')));
}

function resultOf({ file, line, name, expect, because }: PolicyCase, decision: Decision): TestResult {
  const answer = answerOf(decision);
  const isBecause = because === undefined || decision.reasons.some((reason) => reason.includes(because));
  const reasons = decision.reasons.length === 0 ? 'no reasons' : decision.reasons.join('; ');
  const wanted = because === undefined ? expect : `${expect} because ${because}`;
  return answer === expect && isBecause
    ? { file, line, name, outcome: 'passed' }
    : { file, line, name, outcome: 'failed', message: `expected ${wanted}, got ${answer}: ${reasons}` };
}

/** Results of Rego tests, or what keeps them from being compiled. */
export type RegoResults =
  { readonly results: readonly TestResult[] } | { readonly problems: readonly LocatedProblem[] };

/** Runs Rego tests with the library, every bundle's Rego, and the policies of tenants that they name. */
export async function regoResults(policy: FleetPolicy, files: readonly string[]): Promise<RegoResults> {
  if (files.length === 0) {
    return { results: [] };
  }
  // Two folders may have a file of the same name, and opa is given one folder.
  const tests = new Map(files.map((file, index) => [`test_${index}_${path.basename(file)}`, file]));
  const texts = Object.fromEntries([...tests].map(([name, file]) => [name, readFileSync(file, 'utf8')]));
  const modules = { ...policy.modules, ...texts };
  const findings = await compileModules({ opa: policy.opa, modules });
  if (findings.length > 0) {
    return { problems: findings.map((finding) => compileProblem(finding, tests.get(finding.file))) };
  }
  const data = JSON.stringify({ cellwright_tenants: namedTenants(policy, Object.values(texts)) });
  const results = await testModules({ opa: policy.opa, modules: { ...modules, 'tenants.json': data } });
  return {
    results: results.map(({ file, row, name, outcome, message = 'the rule is not true' }) => ({
      file: tests.get(file) ?? file,
      line: row,
      name,
      outcome,
      ...(outcome === 'failed' ? { message } : {}),
    })),
  };
}

interface Finding {
  readonly file: string;
  readonly row: number;
  readonly column: number;
  readonly message: string;
}

function compileProblem({ file, row, column, message }: Finding, test: string | undefined): LocatedProblem {
  if (test === undefined) {
    throw new OpaError('opa.failed', `opa check: ${file}:${row}: ${message}`);
  }
  const fix = 'correct the test; `opa check` knows more about each error';
  return { file: test, line: row, column, path: '', code: 'cases.rego', message, fix };
}

/** Policies of ten thousand tenants would be more than opa can hold; tests name the few that they are about. */
function namedTenants(policy: FleetPolicy, texts: readonly string[]): Readonly<Record<string, unknown>> {
  const words = new Set(texts.flatMap((text) => text.match(/[a-z0-9-]+/g) ?? []));
  const named = [...policy.tenants.values()].filter(({ name }) => words.has(name));
  return Object.fromEntries(named.map((tenant) => [tenant.name, policy.policyOf(tenant)]));
}
