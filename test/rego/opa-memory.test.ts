/**
 * Hostile Rego and the memory of the runner's container: one opa at a time runs in the part that is left for it, and the runner
 * keeps nothing of a syntax tree.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resolvePlatform } from '../../constructs/platform/settings.ts';
import { runnerContainer, verdictRoom } from '../../opa/child-room.ts';
import type { RegoVerdict } from '../../runner/rego/rego-verdicts.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-memory-'));
let opa: string;
beforeAll(async () => {
  opa = await realOpa();
}, opaBuildMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what the runner and one opa may take is what its container has', () => {
  expect(resolvePlatform({ version: '1.0.0' }).resources.memoryLimit).toBe('1Gi');
  const { limit, runner, unseen } = runnerContainer;
  expect(limit).toBe(1024);
  expect(runner + verdictRoom.most + unseen).toBeLessThanOrEqual(limit);
});

/** As much as the schema lets a bundle have. */
function filled(head: string, [unit, separator]: readonly [string, string], tail: string): string {
  const count = Math.floor((262_144 - head.length - tail.length) / (unit.length + separator.length));
  return head + Array.from({ length: count }, () => unit).join(separator) + tail;
}

const doublings = Array.from({ length: 20 }, (_, step) => `  a${step + 1} := concat("", [a${step}, a${step}])`).join(
  '\n',
);
const tooMuch = [expect.stringContaining('opa needs more time or room for it than any bundle should')];

/** What each is told. */
const hostile: readonly (readonly [what: string, rego: string, told: readonly unknown[]])[] = [
  ['the largest tree that opa takes', filled('deny contains "x" if input == [', ['1', ','], ']'), []],
  ['a tree larger than is read', filled('deny contains "x" if input == [', ['[1|1]', ','], ']'), tooMuch],
  [
    'a text that doubles',
    `deny contains "x" if {\n  a0 := "${'a'.repeat(1024)}"\n${doublings}\n  count(a20) > 0\n}`,
    tooMuch,
  ],
];

interface Child {
  readonly pid: string;
  readonly peakMiB: number;
}

/** Children of a process that are opa, with the most that each ever had. */
function opaChildren(pid: number): Child[] {
  const pids = readOr(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return pids.flatMap((child) => {
    const status = readOr(`/proc/${child}/status`);
    const peak = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
    return peak === undefined ? [] : [{ pid: child, peakMiB: Number(peak) / 1024 }];
  });
}

/** Nothing of a process that has ended meanwhile. */
function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

test('hostile bundles, all at once, are told what is wrong and stay in the memory of the container', async () => {
  const files = hostile.map(([, rego], index) => {
    const file = path.join(folder, `${index}.rego`);
    writeFileSync(file, rego);
    return file;
  });
  const script = path.join(import.meta.dirname, 'support', 'judge-at-once.ts');
  const child = spawn(process.execPath, [script, opa, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (printed += piece));
  let [most, largest] = [0, 0];
  const looking = setInterval(() => {
    const running = opaChildren(child.pid ?? 0);
    most = Math.max(most, running.length);
    largest = Math.max(largest, ...running.map(({ peakMiB }) => peakMiB));
  }, 3);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(looking);
  expect(code).toBe(0);
  const { judged, grownMiB } = JSON.parse(printed) as { judged: RegoVerdict[]; grownMiB: number };
  const told = judged.map(({ problems, unchecked }, index) => [
    hostile[index]?.[0],
    problems.map(({ message }) => message),
    unchecked,
  ]);
  expect(told).toEqual(hostile.map(([what, , expected]) => [what, expected, undefined]));
  expect(most).toBe(1);
  expect(largest).toBeLessThan(verdictRoom.most + runnerContainer.unseen);
  // A tree of 40 million characters went through it.
  expect(grownMiB).toBeLessThan(120);
}, 180_000);
