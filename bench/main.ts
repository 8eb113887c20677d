/**
 * Measures what docs/performance.md promises, as ratios: `npm run bench`, or `npm run bench -- floor start` for some of it.
 * It judges no ratio: the numbers of a busy machine are its own. `npm run bench -- engine` measures the runner instead,
 * `npm run bench -- admission` its webhook; those two end with 1 when a promise is not kept.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { table } from '../cli/output/table.ts';
import { cases } from './cases.ts';
import type { Result } from './cases.ts';
import { median, ratios } from './measure.ts';
import type { Sample } from './measure.ts';

const [first, ...rest] = process.argv.slice(2);
if (first === 'engine') {
  const { engine } = await import('./engine/main.ts');
  endBy(await engine(rest));
} else if (first === 'admission') {
  const { admission } = await import('./admission.ts');
  endBy(await admission());
} else {
  await measureRatios(process.argv.slice(2));
}

function endBy(isKept: boolean): void {
  process.exitCode = isKept ? 0 : 1;
}

/** What there is to measure; for a wrong name, too. */
function usage(): string {
  return `Usage: npm run bench -- [${Object.keys(cases).join(' | ')}]...   some of the ratios, all without a name\n       npm run bench -- engine [--help]\n       npm run bench -- admission\n`;
}

async function measureRatios(asked: readonly string[]): Promise<void> {
  const names = asked.length === 0 ? Object.keys(cases) : asked;
  const chosen = names.map((name) => cases[name]).filter((found) => found !== undefined);
  if (chosen.length < names.length) {
    const isHelp = names.some((name) => name === '--help' || name === '-h');
    (isHelp ? process.stdout : process.stderr).write(usage());
    process.exitCode = isHelp ? 0 : 2;
    return;
  }
  // In memory where the system has it: a disk's pauses would hide what synthesis itself takes.
  const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(path.join(base, 'cellwright-bench-'));
  const results: Result[] = [];
  try {
    for (const measure of chosen) {
      results.push(...(await measure(folder)));
      rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const header = ['MEASURED', 'OURS', 'OTHER', 'RATIO', 'FROM', 'TO', 'BY CPU', 'PROMISED', 'MEMORY'];
  process.stdout.write(`${table(header, results.map(row))}\n\n`);
  process.stdout.write(
    `medians; the ratio of the medians by the clock, its smallest and largest pair, and by CPU time; ` +
      `${cpus().length} CPUs (${cpus()[0]?.model ?? ''}), node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? ''}, in ${base}\n`,
  );
}

function row({ what, promised, pairs, inverse }: Result): string[] {
  const quotient = inverse === true ? { ours: pairs.other, other: pairs.ours } : pairs;
  const middle = (samples: readonly Sample[], of: 'wall' | 'cpu'): number =>
    median(samples.map((sample) => sample[of]));
  const ratio = (of: 'wall' | 'cpu'): number => middle(quotient.ours, of) / middle(quotient.other, of);
  const spread = ratios(quotient);
  const memory = Math.max(...pairs.ours.map(({ megabytes }) => megabytes));
  const known = (value: number, text: string): string => (Number.isNaN(value) ? '' : text);
  return [
    what,
    seconds(middle(pairs.ours, 'wall')),
    seconds(middle(pairs.other, 'wall')),
    ...[ratio('wall'), Math.min(...spread), Math.max(...spread)].map((value) => value.toFixed(1)),
    known(ratio('cpu'), ratio('cpu').toFixed(1)),
    promised,
    known(memory, `${memory.toFixed(0)} MB`),
  ];
}

function seconds(milliseconds: number): string {
  if (milliseconds < 10) {
    return `${milliseconds.toFixed(2)} ms`;
  }
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
