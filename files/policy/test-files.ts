/** Files with tests of a fleet's policy. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LocatedProblem } from '../problem.ts';
import { listFiles } from '../read/list-files.ts';
import { fileProblem, unreadable } from '../read/read-text.ts';
import { isCasesPath } from './cases.ts';

/** What was found where people said tests are. */
export interface TestFiles {
  /** Tables of cases. */
  readonly cases: readonly string[];
  /** Rego tests. */
  readonly rego: readonly string[];
  readonly problems: readonly LocatedProblem[];
}

/** The tests in files and below folders. A place without any is a problem: else a typing mistake would pass. */
export function findTests(places: readonly string[]): TestFiles {
  const found = places.map(testsIn);
  const files = [...new Set(found.flatMap((each) => each.files))];
  return {
    cases: files.filter(isCasesPath),
    rego: files.filter(isRegoTest),
    problems: found.flatMap((each) => each.problems),
  };
}

interface Found {
  readonly files: readonly string[];
  readonly problems: readonly LocatedProblem[];
}

function testsIn(place: string): Found {
  try {
    if (!statSync(place).isDirectory()) {
      const problem = noTests(place, 'the file is neither *.cases.yaml nor *_test.rego');
      return isTest(place) ? { files: [place], problems: [] } : { files: [], problems: [problem] };
    }
  } catch (error) {
    return { files: [], problems: [unreadable(place, error)] };
  }
  const { files, problems } = listFiles(place);
  const tests = files.filter(isTest).map((file) => join(place, file));
  const none = noTests(place, 'there is no *.cases.yaml and no *_test.rego');
  return { files: tests, problems: tests.length === 0 ? [...problems, none] : problems };
}

function noTests(place: string, message: string): LocatedProblem {
  return fileProblem(place, { code: 'cases.none', message, fix: 'write cases there, or name files that have some' });
}

function isTest(file: string): boolean {
  return isCasesPath(file) || isRegoTest(file);
}

function isRegoTest(file: string): boolean {
  return file.endsWith('_test.rego');
}
