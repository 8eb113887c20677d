/** Measuring in pairs: ours and the other one in turn, so that what the machine does meanwhile meets both. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** What one run took. */
export interface Sample {
  /** Milliseconds on the clock. */
  readonly wall: number;
  /** Milliseconds of CPU in all threads; NaN where it is not known. */
  readonly cpu: number;
  /** Largest resident memory. */
  readonly megabytes: number;
}

/** Runs bench/work/main.ts in a process of its own; loading of modules is not counted. */
export function work(...args: readonly string[]): Sample {
  const lines = output([path.join(import.meta.dirname, 'work', 'main.ts'), ...args])
    .trim()
    .split('\n');
  return JSON.parse(lines.at(-1) ?? '') as Sample;
}

/** Runs Node.js with arguments; everything from start to end counts. */
export function program(args: readonly string[], folder?: string): Sample {
  const start = performance.now();
  output(args, folder);
  return { wall: performance.now() - start, cpu: Number.NaN, megabytes: Number.NaN };
}

function output(args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd });
  if (status !== 0) {
    throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`, { cause: error });
  }
  return stdout;
}

/** The samples of both sides, those at the same index taken one after the other. */
export interface Pairs {
  readonly ours: readonly Sample[];
  readonly other: readonly Sample[];
}

/** Runs both sides in turn. */
export function inTurn(rounds: number, ours: () => Sample, other: () => Sample): Pairs {
  const samples = Array.from({ length: rounds }, () => ({ ours: ours(), other: other() }));
  return { ours: samples.map((sample) => sample.ours), other: samples.map((sample) => sample.other) };
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The quotients of each pair, by the clock. */
export function ratios({ ours, other }: Pairs): number[] {
  return ours.map((sample, index) => sample.wall / (other[index]?.wall ?? Number.NaN));
}
