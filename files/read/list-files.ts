/** The files below a folder, links that lead out of it refused. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { LocatedProblem } from '../problem.ts';
import { fileProblem, unreadable } from './read-text.ts';

/** What lies below a folder. */
export interface Listing {
  /** Paths from the folder, with forward slashes, by code unit; dot files, dot folders and node_modules left out. */
  readonly files: readonly string[];
  readonly problems: readonly LocatedProblem[];
}

/** Every file below `folder`. What is no regular file, or is reached through a link that leads out, is a problem. */
export function listFiles(folder: string): Listing {
  const found: Found = { folder, files: [], problems: [] };
  walk(found, '');
  return { files: found.files.sort(byCodeUnit), problems: found.problems };
}

interface Found {
  readonly folder: string;
  readonly files: string[];
  readonly problems: LocatedProblem[];
}

/** By hand, since a recursive readdir of Node goes through links to folders, in circles too. */
function walk(found: Found, below: string): void {
  for (const entry of entriesOf(found, below)) {
    const path = below + entry.name;
    if (entry.name.startsWith('.') || entry.name === 'node_modules') {
      continue;
    }
    if (entry.isDirectory()) {
      walk(found, `${path}/`);
      continue;
    }
    const problem = entry.isFile() ? undefined : entryProblem(entry, found.folder, showPath(found.folder, path));
    if (problem) {
      found.problems.push(problem);
    } else {
      found.files.push(path);
    }
  }
}

function entriesOf({ folder, problems }: Found, below: string): Dirent[] {
  try {
    return readdirSync(join(folder, below), { withFileTypes: true });
  } catch (error) {
    problems.push(unreadable(showPath(folder, below), error));
    return [];
  }
}

/** A path below a folder as it is shown: the folder as the user gave it, forward slashes. */
export function showPath(folder: string, path: string): string {
  const shown = join(folder, path);
  return sep === '/' ? shown : shown.split(sep).join('/');
}

function entryProblem(entry: Dirent, folder: string, shown: string): LocatedProblem | undefined {
  if (!entry.isSymbolicLink()) {
    return fileProblem(shown, { code: 'file.special', message: 'this is no regular file', fix: 'remove it' });
  }
  try {
    const target = realpathSync(join(entry.parentPath, entry.name));
    const message = `the link leads to ${target}, which is no file in the same folder tree`;
    return target.startsWith(realpathSync(folder) + sep) && statSync(target).isFile()
      ? undefined
      : fileProblem(shown, { code: 'file.link', message, fix: 'put the file itself here' });
  } catch (error) {
    return unreadable(shown, error);
  }
}
