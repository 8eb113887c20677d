/**
 * The words of a denial, one line for each problem. What came from outside (a key can be as long as the object) is shortened, what to do
 * about it is not; where there is no room for all problems, none is cut.
 */
import type { Problem } from '../../constructs/api/problem.ts';
import { oneLine } from '../../files/problem.ts';

/** Problems that are named, and characters of all of them. */
const mostProblems = 5;
const mostCharacters = 5500;

/** Characters of where and of what a problem is. */
const longestPath = 300;
const longestMessage = 500;
/** Characters of a fix: the longest that we write has some two hundred; only lists of names get longer. */
const longestFix = 600;

/** See above. */
export function denialText(problems: readonly Problem[]): string {
  const lines: string[] = [];
  let room = mostCharacters;
  for (const line of problems.slice(0, mostProblems).map(lineOf)) {
    room -= line.length;
    if (room < 0 && lines.length > 0) break;
    lines.push(line);
  }
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more: \`cellwright validate\` shows them all`] : [])].join('\n');
}

function lineOf({ path, message, fix }: Problem): string {
  const place = path === '' ? '' : `${shortened(path, longestPath)}: `;
  return `${place}${shortened(message, longestMessage)}; ${shortened(fix, longestFix)}`;
}

function shortened(text: string, most: number): string {
  // Before and after: a character that is written out is six times as long.
  const line = oneLine(text.slice(0, most));
  return text.length <= most && line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
