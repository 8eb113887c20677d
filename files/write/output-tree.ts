/**
 * Writes a tree of generated files all at once: prepared beside, moved in when the run is whole. Files that are as they
 * should be are not touched; files of ours that no run makes any more are removed; files of others are left alone and
 * named. Until commit, and after an error, the output folder is as it was. A run that is killed while it moves files leaves
 * some of them old or missing; the next one repairs that.
 */
import { mkdirSync, readFileSync, realpathSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import { ExistingTree, parentsOf, splitPath } from './existing-tree.ts';
import { OutputError } from './output-error.ts';
import { fileBytes, isOnDisk, isOurs, readStart } from './output-file.ts';
import type { OutputFile, OutputRecord } from './output-file.ts';
import { pathFault } from './portable-path.ts';
import { Staging, clearLeftovers } from './staging.ts';

/** What a run did, all paths below the output folder and sorted. */
export interface TreeReport {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** Files of ours that are gone now. */
  readonly removed: readonly string[];
  /** Files that we did not write, left as they are. */
  readonly foreign: readonly string[];
}

/** One run's view of the output folder. */
export class OutputTree {
  readonly #folder: string;
  readonly #madeFolder: boolean;
  readonly #existing: ExistingTree;
  readonly #created: string[] = [];
  readonly #changed: string[] = [];
  readonly #unchanged: string[] = [];
  /** Every path of this run by the lower case of its folder. */
  readonly #wanted = new Map<string, string[]>();
  readonly #inTheWay = new Set<string>();
  #staging: Staging | undefined;

  /** Looks at the folder, and makes it when it is not there. Throws {@link OutputError}. */
  constructor(folder: string) {
    this.#madeFolder = mkdirSync(folder, { recursive: true }) !== undefined;
    this.#folder = realpathSync(folder);
    clearLeftovers(this.#folder);
    this.#existing = new ExistingTree(this.#folder);
  }

  /** Takes a file into the tree. */
  write(file: OutputFile): void {
    const { path } = file;
    this.#claim(path);
    const standing = this.#existing.typeOf(path);
    const blocked = parentsOf(path).find((parent) => (this.#existing.typeOf(parent) ?? 'folder') !== 'folder');
    if (blocked !== undefined) {
      this.#inTheWay.add(blocked);
    } else if (standing === undefined) {
      this.#openStaging().add(file);
      this.#created.push(path);
    } else if (standing === 'file') {
      this.#replace(file);
    } else {
      this.#inTheWay.add(path);
    }
  }

  /**
   * Keeps files of an earlier run, when all of them have the content that is on record; answers false, and keeps none,
   * when any has not. The files' bytes decide, not their dates: a record says only what to expect.
   */
  keep(record: OutputRecord): boolean {
    const { paths } = record;
    if (paths.some((path) => this.#existing.typeOf(path) !== 'file')) {
      return false;
    }
    if (!isOnDisk(this.#folder, record)) {
      return false;
    }
    for (const path of paths) {
      this.#claim(path);
      this.#unchanged.push(path);
    }
    return true;
  }

  /** Moves all in, and removes files of ours that this run did not make. Throws {@link OutputError}, nothing changed then. */
  commit(): TreeReport {
    const { ours, foreign } = this.#leftOver();
    if (this.#inTheWay.size > 0) {
      this.abort();
      throw foreignError(this.#folder, [...this.#inTheWay].sort(byCodeUnit));
    }
    if (ours.length > 0) {
      this.#openStaging();
    }
    this.#move(ours);
    this.#removeEmptyFolders(ours);
    return {
      created: this.#created.sort(byCodeUnit),
      changed: this.#changed.sort(byCodeUnit),
      unchanged: this.#unchanged.sort(byCodeUnit),
      removed: ours,
      foreign,
    };
  }

  /** Gives up: the output folder stays as it was before this run. */
  abort(): void {
    this.#staging?.remove();
    this.#staging = undefined;
    if (this.#madeFolder) {
      removeIfEmpty(this.#folder);
    }
  }

  #claim(path: string): void {
    const fault = pathFault(path);
    const folded = path.toLowerCase();
    const beside = this.#besides(splitPath(folded).folder);
    // A folder of ours has a handful of files.
    const other = beside.find((wanted) => wanted.length === path.length && wanted.toLowerCase() === folded);
    if (fault !== undefined || other !== undefined) {
      const reason = fault ?? `it is the same as ${other ?? ''} where case does not count`;
      throw new OutputError('output.path', `cannot write ${JSON.stringify(path)}: ${reason}`, { paths: [path] });
    }
    beside.push(path);
  }

  #besides(folder: string): string[] {
    let paths = this.#wanted.get(folder);
    if (paths === undefined) {
      paths = [];
      this.#wanted.set(folder, paths);
    }
    return paths;
  }

  #replace(file: OutputFile): void {
    const standing = readFileSync(join(this.#folder, file.path));
    if (standing.equals(fileBytes(file))) {
      this.#unchanged.push(file.path);
    } else if (isOurs(file.path, standing)) {
      this.#openStaging().replace(file);
      this.#changed.push(file.path);
    } else {
      this.#inTheWay.add(file.path);
    }
  }

  /** Only a run that changes something needs it, and keeps others out with it. */
  #openStaging(): Staging {
    if (this.#staging === undefined) {
      clearLeftovers(this.#folder);
      this.#staging = new Staging(this.#folder);
    }
    return this.#staging;
  }

  /** What lies in the folder and is not of this run. */
  #leftOver(): { readonly ours: readonly string[]; readonly foreign: readonly string[] } {
    const ours: string[] = [];
    const foreign: string[] = [];
    for (const { folder, path, isFile } of this.#existing.entries()) {
      if (this.#wanted.get(folder.toLowerCase())?.includes(path) === true) {
        continue;
      }
      const own = isFile && isOurs(path, readStart(join(this.#folder, path)));
      (own ? ours : foreign).push(path);
    }
    return { ours: ours.sort(byCodeUnit), foreign: foreign.sort(byCodeUnit) };
  }

  #move(stale: readonly string[]): void {
    const staging = this.#staging;
    if (staging === undefined) {
      return;
    }
    try {
      stale.forEach((path) => staging.takeOut(path));
      staging.moveIn();
    } catch (cause) {
      this.#undo(staging);
      throw new OutputError(
        'output.failed',
        `could not write to ${this.#folder}, which is as it was: ${String(cause)}`,
        {
          paths: [],
          cause,
        },
      );
    }
    staging.remove();
  }

  #undo(staging: Staging): void {
    try {
      staging.undo();
    } catch (cause) {
      const message = `could not write to ${this.#folder} and could not put it back; restore it from Git, then run again`;
      throw new OutputError('output.failed', `${message}: ${String(cause)}`, { paths: [], cause });
    }
    this.abort();
  }

  /** Folders that held nothing but files that are gone now. */
  #removeEmptyFolders(removed: readonly string[]): void {
    const folders = new Set(removed.flatMap(parentsOf));
    for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
      removeIfEmpty(join(this.#folder, folder));
    }
  }
}

function foreignError(folder: string, paths: readonly string[]): OutputError {
  const named = paths.slice(0, 10).join(', ') + (paths.length > 10 ? ` and ${paths.length - 10} more` : '');
  return new OutputError(
    'output.foreign',
    `output goes where something stands in ${folder} that cellwright did not write: ${named}; move it away or delete it`,
    { paths },
  );
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') {
      throw error;
    }
  }
}
