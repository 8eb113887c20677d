/** Objects from files and folders that a user names. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LocatedProblem } from '../problem.ts';
import { listFiles, showPath } from './list-files.ts';
import { parseDocuments } from './parse-documents.ts';
import type { ParsedText } from './parse-documents.ts';
import { fileProblem, readText, unreadable } from './read-text.ts';
import type { SourceDocument } from './source-document.ts';

/** Whether a file of a folder is read as YAML. */
export function isYamlPath(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/**
 * Reads the documents of files, and of every `*.yaml` and `*.yml` below folders. Kinds are not looked at. Nothing throws:
 * a path that cannot be read is a problem too.
 */
export function readObjects(paths: readonly string[]): ParsedText {
  const documents: SourceDocument[] = [];
  const problems: LocatedProblem[] = [];
  for (const path of paths) {
    const found = readPath(path);
    documents.push(...found.documents);
    problems.push(...found.problems);
  }
  return { documents, problems };
}

function readPath(path: string): ParsedText {
  const shown = showPath(path, '');
  try {
    return statSync(path).isDirectory() ? readFolder(path) : readFile(path, shown);
  } catch (error) {
    return { documents: [], problems: [unreadable(shown, error)] };
  }
}

function readFolder(folder: string): ParsedText {
  const listing = listFiles(folder);
  const files = listing.files.filter(isYamlPath);
  const parts = files.map((path) => readFile(join(folder, path), showPath(folder, path)));
  const none = fileProblem(showPath(folder, ''), {
    code: 'file.none',
    message: 'there are no *.yaml or *.yml files below this folder',
    fix: 'check the path',
  });
  return {
    documents: parts.flatMap(({ documents }) => documents),
    problems: [
      ...listing.problems,
      ...(files.length + listing.problems.length === 0 ? [none] : []),
      ...parts.flatMap(({ problems }) => problems),
    ],
  };
}

function readFile(path: string, shown: string): ParsedText {
  const read = readText(path, shown);
  return read.text === undefined ? { documents: [], problems: [read.problem] } : parseDocuments(shown, read.text);
}
