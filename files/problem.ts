/** Problems with the place in a file where they are, and how they look as text. */
import type { Problem } from '../constructs/api/problem.ts';
import { byCodeUnit } from '../constructs/synth/order.ts';

/** A problem, and where its author finds it. */
export interface LocatedProblem extends Problem {
  /** Path as the run was given it, with forward slashes. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** Column in the line, from 1, in UTF-16 code units. */
  readonly column: number;
  /** The file or folder itself is meant, and line and column are 1. @default false */
  readonly wholeFile?: boolean;
  /** Kind and name of the object, `TenantGateway acme`, where they could be read. */
  readonly object?: string;
}

/** One line: `fleet/tenants/acme.yaml:7: spec.replicas: must be at most 1, got 3; write 1`. */
export function formatProblem({ file, line, wholeFile = false, path, message, fix }: LocatedProblem): string {
  const where = wholeFile ? file : `${file}:${line}`;
  const place = path === '' ? '' : `${path}: `;
  return oneLine(`${where}: ${place}${message}; ${fix}`);
}

/** The order of a listing: by file, line and column; problems with the same place and code are one. */
export function arrangeProblems(problems: readonly LocatedProblem[]): LocatedProblem[] {
  const sorted = [...problems].sort(
    (a, b) => byCodeUnit(a.file, b.file) || a.line - b.line || a.column - b.column || byCodeUnit(a.code, b.code),
  );
  const unreadable = new Set(sorted.filter(({ code, path }) => code.startsWith('yaml.') && path !== '').map(placeOf));
  // What YAML readers disagree on has no type yet, so what the schema says of the same value is noise.
  return sorted.filter((problem) => !problem.code.startsWith('schema.') || !unreadable.has(placeOf(problem)));
}

function placeOf({ file, line, path }: LocatedProblem): string {
  return `${file}\0${line}\0${path}`;
}

// eslint-disable-next-line no-control-regex -- they are what must not reach a terminal
const control = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Values come from files: without this they could break the line, or steer the terminal. */
export function oneLine(text: string): string {
  return text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
