/**
 * Verdicts of opa by the hash of what was judged, kept for this user. What cannot be read is judged again: a cache may be
 * deleted, cut off or written by two at once without harm.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Changes with the meaning of what is kept. */
const format = 1;

/** Verdicts of one opa program. */
export class VerdictCache {
  readonly #folder: string;
  readonly #program: string;

  /**
   * @param folder where it lies; see `userCache`
   * @param opa the program: another build may judge otherwise
   */
  constructor(folder: string, opa: string) {
    const { size, mtimeMs } = statSync(opa);
    this.#folder = path.join(folder, 'verdicts');
    this.#program = `${opa} ${size} ${mtimeMs}`;
  }

  /** What was found for these texts before, or else what `judge` finds now. */
  async of<Verdict>(texts: readonly string[], judge: () => Promise<Verdict>): Promise<Verdict> {
    const file = path.join(this.#folder, `${this.#key(texts)}.json`);
    const known = read(file) as { readonly verdict: Verdict } | undefined;
    if (known !== undefined) {
      return known.verdict;
    }
    const verdict = await judge();
    mkdirSync(this.#folder, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify({ verdict }));
    renameSync(unfinished, file);
    return verdict;
  }

  #key(texts: readonly string[]): string {
    const hash = createHash('sha256');
    for (const text of [String(format), this.#program, ...texts]) {
      hash.update(`${Buffer.byteLength(text)}:`).update(text);
    }
    return hash.digest('hex').slice(0, 40);
  }
}

function read(file: string): object | undefined {
  try {
    const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return stored !== null && typeof stored === 'object' && 'verdict' in stored ? stored : undefined;
  } catch {
    // Not there, or not whole: it is judged again.
    return undefined;
  }
}
