/** Problems in few words, for status and for whoever writes an object. */
import type { Problem } from '../../constructs/api/problem.ts';

/** Problems that a message names; the CLI shows them all. */
const shownProblems = 5;

/** One sentence for each problem, and how many more there are. */
export function problemLines(problems: readonly Problem[]): string[] {
  const shown = problems
    .slice(0, shownProblems)
    .map(({ path, message, fix }) => `${path === '' ? '' : `${path}: `}${message}; ${fix}`);
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

/** The same in one line. */
export function problemText(problems: readonly Problem[]): string {
  return problemLines(problems).join(' | ');
}
