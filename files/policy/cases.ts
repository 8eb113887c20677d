/** Tables of cases for policy: what is asked, and what the answer should be. */
import type { Problem } from '../../constructs/api/problem.ts';
import { suggest } from '../../constructs/api/validate/suggest.ts';
import type { LocatedProblem } from '../problem.ts';
import { questionProblems } from './question.ts';
import type { PolicyInput } from './question.ts';
import { readDocument } from './read-document.ts';

/** Ways in which a question can be answered. */
export const answers = ['allow', 'approve', 'deny'] as const;
export type Answer = (typeof answers)[number];

/** One case. */
export interface PolicyCase {
  /** Where it stands. */
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly input: PolicyInput;
  readonly expect: Answer;
  /** Part of a reason that must be among the answer's. */
  readonly because: string | undefined;
}

/** Cases of a file, or what is wrong with it. */
export interface CasesResult {
  readonly cases: readonly PolicyCase[];
  readonly problems: readonly LocatedProblem[];
}

/** What a file of cases is read for. */
export interface CasesOptions {
  /** Names of the tenants that there are. */
  readonly tenants: readonly string[];
}

/** Name of files with cases. */
export function isCasesPath(path: string): boolean {
  return /\.cases\.ya?ml$/.test(path);
}

const fields = ['name', 'tenant', 'tool', 'model', 'question', 'expect', 'because'];

/**
 * Reads a file of cases: a list of `{tenant, tool | model | question, expect, because?, name?}`, where `tool: exec` is short
 * for `question: {kind: tool, name: exec}`.
 */
export function readCases(file: string, { tenants }: CasesOptions): CasesResult {
  const read = readDocument(file);
  if (read.document === undefined) {
    return { cases: [], problems: read.problems };
  }
  const { document } = read;
  const { value } = document;
  if (!Array.isArray(value)) {
    const problem = wrong('', 'a file of cases is a list', 'begin each case with a dash');
    return { cases: [], problems: [document.locate(problem)] };
  }
  const problems: LocatedProblem[] = [];
  const cases = value.flatMap((each: unknown, index): PolicyCase[] => {
    const found = caseProblems(each, `[${index}]`, tenants).map((problem) => document.locate(problem));
    problems.push(...found);
    const { line } = document.locate(wrong(`[${index}]`, '', ''));
    return found.length === 0 ? [caseOf(each as WrittenCase, { file, line })] : [];
  });
  return { cases, problems };
}

interface WrittenCase {
  readonly name?: string;
  readonly tenant: string;
  readonly tool?: string;
  readonly model?: string;
  readonly question?: Omit<PolicyInput, 'tenant'>;
  readonly expect: Answer;
  readonly because?: string;
}

function caseOf(written: WrittenCase, place: { readonly file: string; readonly line: number }): PolicyCase {
  const { tenant, expect, because } = written;
  const question = questionOf(written) as Omit<PolicyInput, 'tenant'>;
  const name = written.name ?? `${tenant}: ${question.kind} ${question.name ?? question.requester ?? ''}`.trimEnd();
  return { ...place, name, input: { ...question, tenant }, expect, because };
}

function questionOf({ tool, model, question }: Partial<WrittenCase>): unknown {
  if (tool !== undefined) {
    return { kind: 'tool', name: tool };
  }
  return model === undefined ? question : { kind: 'model', name: model };
}

function caseProblems(value: unknown, base: string, tenants: readonly string[]): Problem[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [wrong(base, 'a case is a mapping', 'write tenant, tool and expect')];
  }
  const written = value as Partial<Record<string, unknown>>;
  const unknown = Object.keys(written)
    .filter((field) => !fields.includes(field))
    .map((field) => {
      const near = suggest(field, fields);
      const fix = near === undefined ? `use one of ${fields.join(', ')}` : `write ${near}`;
      return wrong(`${base}.${field}`, 'a case has no such field', fix);
    });
  const texts = ['name', 'tenant', 'tool', 'model', 'because']
    .filter((field) => written[field] !== undefined && typeof written[field] !== 'string')
    .map((field) => wrong(`${base}.${field}`, `${field} is a text, got ${JSON.stringify(written[field])}`, 'quote it'));
  const asked = ['tool', 'model', 'question'].filter((field) => written[field] !== undefined);
  const got = written.expect === undefined ? 'nothing' : JSON.stringify(written.expect);
  return [
    ...unknown,
    ...texts,
    ...tenantProblems(written.tenant, `${base}.tenant`, tenants),
    ...((answers as readonly unknown[]).includes(written.expect)
      ? []
      : [wrong(`${base}.expect`, `a case says what is expected, got ${got}`, `write one of ${answers.join(', ')}`)]),
    ...(asked.length === 1
      ? questionProblems(questionOf(written), `${base}.question`)
      : [wrong(base, 'a case asks one thing', 'write one of tool, model and question')]),
  ];
}

function tenantProblems(tenant: unknown, path: string, tenants: readonly string[]): Problem[] {
  if (tenant === undefined) {
    return [wrong(path, 'a case names its tenant', 'add tenant: NAME')];
  }
  if (typeof tenant !== 'string' || tenants.includes(tenant)) {
    return [];
  }
  const near = suggest(tenant, tenants);
  const fix = near === undefined ? 'name one of its tenants' : `write ${near}`;
  return [{ code: 'cases.tenant', path, message: `the fleet has no tenant ${tenant}`, fix }];
}

function wrong(path: string, message: string, fix: string): Problem {
  return { code: 'cases.field', path, message, fix };
}
