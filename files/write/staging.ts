/**
 * A folder inside the output folder where a run prepares its files: the same file system, so that a rename is all that
 * is left to do, and out of Git's sight.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileBytes } from './output-file.ts';
import type { OutputFile } from './output-file.ts';
import { OutputError } from './output-error.ts';

const prefix = '.cellwright-staging-';

/** Removes what killed runs left behind; refuses when a run is under way. */
export function clearLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix)) {
      continue;
    }
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (isAlive(pid)) {
      throw new OutputError(
        'output.busy',
        `process ${pid} is writing to ${folder}; wait for it, or delete ${join(folder, name)} if there is no such run`,
        { paths: [name] },
      );
    }
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM';
  }
}

/** The staged files of one run, and the old files that they replace, until the run is over. */
export class Staging {
  readonly #folder: string;
  readonly #root: string;
  readonly #new: string;
  readonly #madeFolders = new Set<string>();
  readonly #undo: (() => void)[] = [];
  readonly #replaces = new Set<string>();
  #backups = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#root = mkdtempSync(join(folder, `${prefix}${process.pid}-`));
    this.#new = join(this.#root, 'new');
    mkdirSync(this.#new);
    mkdirSync(join(this.#root, 'old'));
    writeFileSync(join(this.#root, '.gitignore'), '*\n');
  }

  /** Prepares a file in place of one that stands there now. */
  replace(file: OutputFile): void {
    this.#replaces.add(file.path);
    this.add(file);
  }

  /** Prepares a file where none stands. */
  add(file: OutputFile): void {
    const target = join(this.#new, file.path);
    const parent = dirname(target);
    if (!this.#madeFolders.has(parent)) {
      mkdirSync(parent, { recursive: true });
      this.#madeFolders.add(parent);
    }
    writeFileSync(target, fileBytes(file));
  }

  /** Moves everything prepared to its place; a folder that is not there yet moves as a whole. */
  moveIn(): void {
    this.#moveFolder('');
  }

  /** Takes a file out of the output folder. */
  takeOut(path: string): void {
    const backup = this.#nextBackup();
    this.#rename(join(this.#folder, path), backup);
  }

  /** Puts everything back as it was before the first move. */
  undo(): void {
    while (this.#undo.length > 0) {
      this.#undo.pop()?.();
    }
  }

  /** Removes the staging folder and what is left in it. */
  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #moveFolder(below: string): void {
    for (const entry of readdirSync(join(this.#new, below), { withFileTypes: true })) {
      const path = below + entry.name;
      const standing = lstatSync(join(this.#folder, path), { throwIfNoEntry: false });
      if (entry.isDirectory() && standing?.isDirectory() === true) {
        this.#moveFolder(`${path}/`);
        continue;
      }
      if (standing) {
        this.#replace(path, standing.isFile());
      }
      this.#rename(join(this.#new, path), join(this.#folder, path));
    }
  }

  /**
   * Takes the old file out before the new one comes in. Not in one step: ext4 flushes a file that is renamed over another
   * to disk, which takes ten times as long.
   */
  #replace(path: string, isFile: boolean): void {
    if (!isFile || !this.#replaces.has(path)) {
      throw new Error(`${path} appeared while the files were made`);
    }
    this.takeOut(path);
  }

  #rename(from: string, to: string): void {
    renameSync(from, to);
    this.#undo.push(() => renameSync(to, from));
  }

  #nextBackup(): string {
    this.#backups += 1;
    return join(this.#root, 'old', String(this.#backups));
  }
}
