/** `cellwright validate`: what is wrong, as lines or as data. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { arrangeProblems } from '../../files/problem.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { readObjects } from '../../files/read/read-objects.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { openFleet } from '../fleet/open-fleet.ts';
import { showProblems, showWarnings } from '../output/problems.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { line, styled, terminal } from '../terminal.ts';

/** Checks whole fleets with every rule between objects, other paths object by object. */
export async function validate(paths: readonly string[], output: OutputFormat): Promise<ExitCode> {
  const problems: LocatedProblem[] = [];
  for (const each of paths) {
    problems.push(...(isFleet(each) ? await fleetProblems(each) : objectProblems(each)));
  }
  if (output !== 'table') {
    terminal.out.write(structured(output, arrangeProblems(problems)));
  } else if (problems.length > 0) {
    showProblems(terminal.err, problems);
  } else {
    line(terminal.out, styled(terminal.out, 'green', 'no problems'));
  }
  return problems.length === 0 ? exitCode.fine : exitCode.findings;
}

function isFleet(each: string): boolean {
  return (
    existsSync(each) &&
    statSync(each).isDirectory() &&
    ['profiles', 'bundles', 'tenants'].filter((name) => existsSync(path.join(each, name))).length >= 2
  );
}

async function fleetProblems(folder: string): Promise<readonly LocatedProblem[]> {
  const { problems, warnings } = await openFleet(folder, {
    progress: (text) => {
      line(terminal.err, text);
    },
  });
  showWarnings(terminal.err, warnings);
  return problems;
}

function objectProblems(each: string): LocatedProblem[] {
  const { documents, problems } = readObjects([each]);
  const own = documents.flatMap((document) =>
    validateObject(document.value).map((problem) => document.locate(problem)),
  );
  return [...problems, ...own];
}
