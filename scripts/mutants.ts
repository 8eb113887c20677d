/**
 * npm run mutants [-- WORD...]: shows that each wrong engine and wall of mutant-list.ts is caught by the test that it names. Works in a
 * copy of the tree; words choose the mutants whose names have one of them, `--types` only compiles them. Ends with 1 when a mutant
 * survives.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { table } from '../cli/output/table.ts';
import { literally } from './literally.ts';
import { mutants } from './mutant-list.ts';
import type { CatchingTest, Mutant } from './mutant.ts';
import { typeErrors } from './mutant-types.ts';

const root = path.dirname(import.meta.dirname);
const run = promisify(execFile);

/** How a test went; `broken`: it did not run at all, which proves nothing. */
type Verdict = 'passed' | 'failed' | 'broken';

interface JestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

/** The tree as git knows it, with the changes that are not committed. */
async function copyTree(copy: string): Promise<void> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
  for (const file of listed.stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
    await cp(path.join(root, file), path.join(copy, file));
  }
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
}

async function verdictOf(copy: string, { layer, file, titles }: CatchingTest): Promise<Verdict> {
  const report = path.join(copy, 'mutant-report.json');
  await rm(report, { force: true });
  const pattern = `/test/${layer}/${literally(file)}\\.test\\.ts$`;
  const names = `(${titles.map(literally).join('|')})$`;
  const choice = ['--selectProjects', layer, '--testPathPatterns', pattern, '--testNamePattern', names];
  const output = ['--json', '--outputFile', report, '--reporters', 'default'];
  // The report tells how it went; without one there is nothing to tell.
  await run(process.execPath, ['scripts/test.js', ...choice, ...output], { cwd: copy, maxBuffer: 1 << 28 }).catch(
    () => undefined,
  );
  return readVerdict(report, titles.at(-1) ?? '');
}

async function readVerdict(report: string, title: string): Promise<Verdict> {
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return 'broken';
  const { testResults } = JSON.parse(text) as JestReport;
  const found = testResults.flatMap(({ assertionResults }) => assertionResults).filter((one) => one.title === title);
  if (found.some(({ status }) => status === 'failed')) return 'failed';
  return found.some(({ status }) => status === 'passed') ? 'passed' : 'broken';
}

/** Runs something with the file changed, and puts the file back. */
async function withMutant<T>(copy: string, { name, file, find, replace }: Mutant, work: () => Promise<T>): Promise<T> {
  const place = path.join(copy, file);
  const text = await readFile(place, 'utf8');
  if (text.split(find).length !== 2) {
    throw new Error(`mutant "${name}": ${file} must have this exactly once: ${find}`);
  }
  await writeFile(
    place,
    text.replace(find, () => replace),
  );
  try {
    return await work();
  } finally {
    await writeFile(place, text);
  }
}

async function rowOf(copy: string, mutant: Mutant): Promise<readonly string[]> {
  const { layer, file, titles } = mutant.test;
  const caught = await withMutant(copy, mutant, () => verdictOf(copy, mutant.test));
  const answer = caught === 'failed' ? 'yes' : caught === 'passed' ? 'NO' : 'NO, the test did not run';
  return [mutant.name, `test/${layer}/${file}: ${titles.at(-1) ?? ''}`, answer];
}

/** A test that fails on the right engine catches nothing. */
async function provePassing(copy: string, chosen: readonly Mutant[]): Promise<void> {
  const tests = new Map(chosen.map(({ test }) => [JSON.stringify(test), test]));
  for (const test of tests.values()) {
    const verdict = await verdictOf(copy, test);
    if (verdict !== 'passed') {
      throw new Error(`test/${test.layer}/${test.file}: ${test.titles.at(-1) ?? ''}: ${verdict} on the right engine`);
    }
  }
}

async function main(args: readonly string[]): Promise<void> {
  const isTypesOnly = args.includes('--types');
  const words = args.filter((word) => !word.startsWith('--'));
  const chosen = mutants.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (chosen.length === 0) throw new Error(`no mutant's name has one of: ${words.join(', ')}`);
  const copy = await mkdtemp(path.join(tmpdir(), 'cellwright-mutants-'));
  try {
    await copyTree(copy);
    const errors = await typeErrors(copy, chosen);
    if (errors.length > 0) throw new Error(`mutants that do not compile catch nothing:\n${errors.join('\n')}`);
    if (isTypesOnly) return;
    await provePassing(copy, chosen);
    const rows: (readonly string[])[] = [];
    for (const mutant of chosen) {
      const row = await rowOf(copy, mutant);
      process.stderr.write(`${row.join(' | ')}\n`);
      rows.push(row);
    }
    process.stdout.write(`${table(['MUTANT', 'TEST', 'CAUGHT'], rows)}\n`);
    const survivors = rows.filter((row) => row.at(-1) !== 'yes').length;
    process.stdout.write(`${rows.length - survivors} of ${rows.length} caught\n`);
    process.exitCode = survivors === 0 ? 0 : 1;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
