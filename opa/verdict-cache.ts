/**
 * What opa found, by the hash of what it was asked, kept for this user. What cannot be read is found again: a cache may be
 * deleted, cut off, read-only or written by two at once without harm.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Changes with the meaning of what is kept. */
const format = 2;
/** The smallest opa is many times as large; a script that starts one of several is far below. */
const smallestProgram = 2 ** 20;

/** How something is found that may be known. */
export interface Finding<Value> {
  /** Everything that decides what is found, beside the program. */
  readonly texts: readonly string[];
  readonly find: () => Promise<Value>;
  /** Whether what was kept has the shape of what is found. */
  readonly isValue: (kept: unknown) => kept is Value;
  /** Whether it will be found again wherever one looks. @default - it is */
  readonly isKept?: (found: Value) => boolean;
}

/** What one opa program found. */
export class VerdictCache {
  readonly #folder: string;
  readonly #program: string;

  private constructor(folder: string, program: string) {
    this.#folder = path.join(folder, 'verdicts');
    this.#program = program;
  }

  /**
   * The cache of a program in a folder (see `userCache`), undefined where nothing may be kept: behind a script or a version
   * manager stands one opa today and another tomorrow, and the file that is named looks the same.
   */
  static of(folder: string, opa: string): VerdictCache | undefined {
    const { size, mtimeMs } = statSync(opa);
    const isOpaItself = size >= smallestProgram && path.basename(realpathSync(opa)).startsWith('opa');
    return isOpaItself ? new VerdictCache(folder, `${opa} ${size} ${mtimeMs}`) : undefined;
  }

  /** What was found for these texts before, or else what is found now. */
  async known<Value>({ texts, find, isValue, isKept = () => true }: Finding<Value>): Promise<Value> {
    const file = path.join(this.#folder, `${this.#key(texts)}.json`);
    const kept = read(file);
    if (isValue(kept)) {
      return kept;
    }
    const found = await find();
    if (isKept(found)) this.#keep(file, JSON.stringify(found));
    return found;
  }

  /** Whole or not at all: others may read the file at this moment. */
  #keep(file: string, text: string): void {
    const unfinished = `${file}.${randomUUID()}`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(unfinished, text);
      renameSync(unfinished, file);
    } catch (error) {
      // No room, or a home that may not be written: the next run finds it again. Anything else is a fault of ours.
      if (typeof (error as NodeJS.ErrnoException).code !== 'string') {
        throw error;
      }
    }
  }

  #key(texts: readonly string[]): string {
    const hash = createHash('sha256');
    for (const text of [String(format), this.#program, ...texts]) {
      hash.update(`${Buffer.byteLength(text)}:`).update(text);
    }
    return hash.digest('hex').slice(0, 40);
  }
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Not there, or not whole: it is found again.
    return undefined;
  }
}
