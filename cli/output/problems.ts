/** How commands show what is wrong with a fleet. */
import { arrangeProblems, formatProblem } from '../../files/problem.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { line, styled } from '../terminal.ts';

/** One line each, in the order of the files, and how many there are. */
export function showProblems(stream: NodeJS.WriteStream, problems: readonly LocatedProblem[]): void {
  const arranged = arrangeProblems(problems);
  for (const problem of arranged) {
    line(stream, formatProblem(problem));
  }
  const count = arranged.length === 1 ? '1 problem' : `${arranged.length} problems`;
  line(stream, styled(stream, 'red', count));
}

/** One line each, in the order of the files; they end no command. */
export function showWarnings(stream: NodeJS.WriteStream, warnings: readonly LocatedProblem[]): void {
  for (const warning of arrangeProblems(warnings)) {
    line(stream, `warning: ${formatProblem(warning)}`);
  }
}
