/** Problems in few words, for status and for whoever writes an object. */
import type { Problem } from '../../constructs/api/problem.ts';
import { firstFew } from './first-few.ts';

/** Problems that a message names; the CLI shows them all. */
const shownProblems = 5;

/** One sentence for each problem, and how many more there are, in one line. */
export function problemText(problems: readonly Problem[]): string {
  const sentences = problems.map(({ path, message, fix }) => `${path === '' ? '' : `${path}: `}${message}; ${fix}`);
  return firstFew(sentences, shownProblems).join(' | ');
}
