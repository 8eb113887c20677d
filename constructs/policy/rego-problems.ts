/**
 * What is wrong with the free Rego of a bundle. The real opa reads the bundle's module, by itself (room `opa/`); this
 * judges what opa saw: nothing else may be reached from there than the question and the composed rules, and nothing else
 * than two sets is read.
 */
import type { Problem } from '../api/problem.ts';
import { bundlesPackage, modulePreambleLines } from './free-rego.ts';

/** One error of `opa check`. */
export interface RegoFinding {
  readonly row: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
}

/** What `opa parse` saw; rows count from the module's first line. */
export interface RegoOutline {
  readonly rules: readonly {
    readonly name: string;
    readonly addsToSet: boolean;
    readonly row: number;
    readonly column: number;
  }[];
  readonly dataReferences: readonly {
    readonly path: readonly string[];
    readonly row: number;
    readonly column: number;
  }[];
}

/** What opa saw in a bundle's module: errors, or else its outline and the rules that did not end in time. */
export type RegoReport =
  { readonly findings: readonly RegoFinding[] } | { readonly outline: RegoOutline; readonly slow: readonly string[] };

/** Every problem of a bundle's Rego, by what opa saw of it. */
export function regoProblems(bundle: string, report: RegoReport): Problem[] {
  if ('findings' in report) {
    return report.findings.map(findingProblem);
  }
  const { outline, slow } = report;
  const places = [...shapeProblems(outline), ...reachProblems(bundle, outline)];
  return [...places.slice(0, mostPlaces), ...slow.map(slowProblem)];
}

/** Places that are told: 256 KB have room for 40,000, and the runner keeps what it found. */
const mostPlaces = 100;

const sets = ['deny', 'require_approval'];

/** The rules of a bundle that are read, as references into data: those that are tried for time. */
export function readRules(bundle: string): string[] {
  return sets.map((set) => `data.${bundlesPackage}[${JSON.stringify(bundle)}].${set}`);
}

function slowProblem(rule: string): Problem {
  return {
    code: 'bundle.rego-slow',
    path: 'spec.rego',
    message: `${rule} did not come to an end in time on sample questions; in a cell such a question is denied after a second`,
    fix: 'look things up instead of trying all combinations: numbers.range in numbers.range grows with the product',
  };
}

function findingProblem(finding: RegoFinding): Problem {
  return {
    code: 'bundle.rego',
    path: 'spec.rego',
    message: `${place(finding)}: ${finding.message} (${finding.code})`,
    fix: fixes[finding.code] ?? 'correct the Rego; `opa check --strict` knows more about each error',
  };
}

const fixes: Readonly<Record<string, string>> = {
  rego_type_error: 'correct the types; policy may use built-ins that depend on their arguments alone, and time.now_ns',
  opa_limit: 'make it smaller or split it into several bundles, and nest values less deeply',
};

function shapeProblems({ rules }: RegoOutline): Problem[] {
  const read = rules.filter(({ name }) => sets.includes(name));
  if (read.length === 0) {
    return [
      {
        code: 'bundle.rego-silent',
        path: 'spec.rego',
        message: 'the Rego has no rule `deny` and no rule `require_approval`, so it decides nothing',
        fix: 'write for example: deny contains "reason" if input.name == "exec"',
      },
    ];
  }
  return read
    .filter(({ addsToSet }) => !addsToSet)
    .map((rule) => ({
      code: 'bundle.rego-shape',
      path: 'spec.rego',
      message: `${place(rule)}: ${rule.name} is not written as a set of messages, and would deny every question`,
      fix: `write: ${rule.name} contains "reason" if ...`,
    }));
}

/** Rules may read what was composed and their own package; beside those OPA holds its own token and other bundles. */
function reachProblems(bundle: string, { dataReferences }: RegoOutline): Problem[] {
  return dataReferences
    .filter(({ path: [first, second] }) => first !== 'policy' && !(first === bundlesPackage && second === bundle))
    .map((reference) => ({
      code: 'bundle.rego-data',
      path: 'spec.rego',
      message: `${place(reference)}: ${['data', ...reference.path].join('.')} is not for bundles to read`,
      fix: 'use input, data.policy, and the rules of this bundle by their own names',
    }));
}

function place({ row, column }: { readonly row: number; readonly column: number }): string {
  return `line ${Math.max(1, row - modulePreambleLines)}, column ${Math.max(1, column)}`;
}
