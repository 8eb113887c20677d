/**
 * A mutant that does not compile fails its test for that alone, and says nothing of the test. All of them are put into one tree and
 * type-checked together: minutes less than one by one.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Mutant } from './mutant.ts';

/**
 * What a mutant may well do: leave something over that it does not use any more, or code that is never reached; drop a check, and with it
 * what the compiler knew by that.
 */
const harmless = /error TS(6133|6192|6196|6198|7027):|undefined'|type 'never'/;

/**
 * Lines of the compiler about the mutants; the tree is as it was after that.
 * @param copy root of a tree that may be changed
 */
export async function typeErrors(copy: string, mutants: readonly Mutant[]): Promise<readonly string[]> {
  const errors: string[] = [];
  for (let left = mutants; left.length > 0;) {
    const { applied, others, texts } = await applyTogether(copy, left);
    if (applied.length === 0)
      throw new Error(`these mutants cannot be made: ${others.map(({ name }) => name).join('; ')}`);
    errors.push(...(await compile(copy)));
    for (const [file, text] of texts) await writeFile(path.join(copy, file), text);
    left = others;
  }
  return errors;
}

interface Together {
  readonly applied: readonly Mutant[];
  /** Whose place another one took. */
  readonly others: readonly Mutant[];
  /** Of the files before. */
  readonly texts: ReadonlyMap<string, string>;
}

async function applyTogether(copy: string, mutants: readonly Mutant[]): Promise<Together> {
  const texts = new Map<string, string>();
  const changed = new Map<string, string>();
  const applied: Mutant[] = [];
  const others: Mutant[] = [];
  for (const mutant of mutants) {
    const { file, find, replace } = mutant;
    const before = texts.get(file) ?? (await readFile(path.join(copy, file), 'utf8'));
    texts.set(file, before);
    const text = changed.get(file) ?? before;
    const isFree = text.split(find).length === 2;
    (isFree ? applied : others).push(mutant);
    if (isFree)
      changed.set(
        file,
        text.replace(find, () => replace),
      );
  }
  for (const [file, text] of changed) await writeFile(path.join(copy, file), text);
  return { applied, others, texts };
}

/** The compiler ends with 1 or 2 when it has something to say; when it ends so without a word, it did not compile. */
function compile(cwd: string): Promise<string[]> {
  const arguments_ = [path.join(cwd, 'node_modules/typescript/bin/tsc'), '--noEmit', '--pretty', 'false'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, arguments_, { cwd, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (error !== null && !stdout.includes('error TS'))
        reject(new Error(`the compiler did not run: ${error.message}`));
      resolve(stdout.split('\n').filter((line) => line.includes('error TS') && !harmless.test(line)));
    });
  });
}
