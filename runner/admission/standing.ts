/**
 * What was wrong before a write and is not touched by it: no reason to refuse the write, as for the schemas of CRDs (KEP-4008). A value
 * that stays allows nothing new, and what is wrong with it the runner judges all the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { parsePath, valueAt } from '../../constructs/api/field-path.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import { wideningCode } from '../../constructs/rules/widening.ts';
import { problemText } from '../fleet/problem-text.ts';

/** An object, and what is wrong with it. */
export interface Judged {
  /** As paths of problems begin at its root. */
  readonly object: unknown;
  readonly problems: readonly Problem[];
}

/** Problems of a write in two parts. */
export interface Parted {
  /** What the write brings. */
  readonly fresh: readonly Problem[];
  /** What stood there: word for word the same problem of the same value. */
  readonly standing: readonly Problem[];
}

/**
 * @param before what is stored, judged by what holds now; asked for only when there are problems
 */
export function partStanding({ object, problems }: Judged, before: () => Judged | undefined): Parted {
  const old = problems.length === 0 ? undefined : before();
  if (old === undefined) return { fresh: problems, standing: [] };
  const stood = Map.groupBy(old.problems, sentence);
  const [fresh, standing]: [Problem[], Problem[]] = [[], []];
  for (const problem of problems) {
    const same = stood.get(sentence(problem)) ?? [];
    const at = same.findIndex(({ path }) =>
      isDeepStrictEqual(valueOf(old.object, path), valueOf(object, problem.path)),
    );
    // Each stands for one: what is written twice now is new the second time.
    if (at >= 0) same.splice(at, 1);
    (at >= 0 ? standing : fresh).push(problem);
  }
  return { fresh, standing };
}

/** What is said of problems that are no reason to refuse. */
export function standingWarnings(problems: readonly Problem[]): string[] {
  return problems.map((problem) =>
    problem.code === wideningCode
      ? `without effect: ${problemText([problem])}`
      : `not right before this write either: ${problemText([problem])}`,
  );
}

/** A place in a list may be another one now. */
function sentence({ code, path, message }: Problem): string {
  return [code, path.replace(/\[\d+\]/g, '[]'), message].join('\n');
}

function valueOf(object: unknown, path: string): unknown {
  return valueAt(object, parsePath(path));
}
