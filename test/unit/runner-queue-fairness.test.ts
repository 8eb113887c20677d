/**
 * What broken tenants cost the others, as times from a change to the start of its pass: 1,000 keys, 8 workers, a pass of 40 ms,
 * changes at random times that keep half of the workers busy. On the test clock, so that the numbers are the same everywhere:
 * p99 is 9 ms without broken tenants, 18 ms with one that hangs (it holds one worker), 28 ms with twenty that hang.
 */
import { describe, expect, test } from '@jest/globals';
import { KeyedQueue } from '../../runner/engine/queue.ts';
import type { Outcome } from '../../runner/engine/queue.ts';
import { slowMs } from '../../runner/engine/slow-runs.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

const workers = 8;
const passMs = 40;
/** 100 changes a second, half of what eight workers can do. */
const meanGapMs = 10;
const measuredMs = 30_000;
const keys = 1000;

interface Broken {
  readonly count: number;
  /** How long a pass over one takes until it fails. */
  readonly failsAfterMs: number;
}

interface Waits {
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A fleet in which some keys fail at every pass; measured is what comes after each of them has failed once. */
async function waitsWith({ count, failsAfterMs }: Broken): Promise<Waits> {
  const clock = new ManualClock();
  const random = seeded(7);
  const addedAt = new Map<string, number>();
  const waits: number[] = [];
  const work = (key: string): Promise<Outcome> => {
    const isBroken = key.startsWith('broken');
    if (!isBroken) waits.push(clock.monotonic() - (addedAt.get(key) ?? 0));
    addedAt.delete(key);
    const outcome: Outcome = isBroken ? { type: 'retry' } : { type: 'settled' };
    return new Promise((resolve) => clock.after(isBroken ? failsAfterMs : passMs, () => resolve(outcome)));
  };
  const bounds = { firstMs: 500, longestMs: 300_000 };
  const queue = new KeyedQueue(work, { concurrency: workers, clock, random, bounds });
  queue.start();
  for (let index = 0; index < count; index += 1) queue.add(`broken${index}`, 'change');
  await clock.advance(Math.ceil(count / workers) * failsAfterMs);

  const change = (): void => {
    const key = `tenant${Math.floor(random() * (keys - count))}`;
    if (!addedAt.has(key)) addedAt.set(key, clock.monotonic());
    queue.add(key, 'change');
    clock.after(-Math.log(1 - random()) * meanGapMs, change);
  };
  change();
  // Someone touches the broken ones, too: that takes them out of their back-off.
  const touch = (): void => {
    for (let index = 0; index < count; index += 1) queue.add(`broken${index}`, 'change');
    clock.after(2000, touch);
  };
  touch();
  await clock.advance(measuredMs);
  queue.close();
  const sorted = waits.sort((left, right) => left - right);
  const at = (part: number): number => Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10;
  expect(sorted.length).toBeGreaterThan(2500);
  return { median: at(0.5), p99: at(0.99), longest: at(0.9999) };
}

describe('with 1,000 tenants, changes of the others wait less than one pass, as without broken ones,', () => {
  test.each([
    ['when none is broken', { count: 0, failsAfterMs: 0 }],
    ['when one hangs until the time-out at every pass', { count: 1, failsAfterMs: 65_000 }],
    ['when one fails at every pass', { count: 1, failsAfterMs: passMs }],
    ['when twenty fail at every pass', { count: 20, failsAfterMs: passMs }],
    ['when twenty hang: they hold two of the eight workers', { count: 20, failsAfterMs: 65_000 }],
  ])('%s', async (_, broken) => {
    const waits = await waitsWith(broken);
    expect(waits.median).toBe(0);
    expect(waits.p99).toBeLessThan(30);
    expect(waits.longest).toBeLessThan(passMs);
  });
});

test('keys that hang for the first time make room after five seconds, to a bound, and drift of the others goes on', async () => {
  const clock = new ManualClock();
  const starts = new Map<string, number>();
  const ends: (() => void)[] = [];
  const work = (key: string): Promise<Outcome> => {
    starts.set(key, clock.monotonic());
    if (!key.startsWith('hangs')) return Promise.resolve({ type: 'settled' });
    return new Promise((resolve) => ends.push(() => resolve({ type: 'retry' })));
  };
  const bounds = { firstMs: 500, longestMs: 300_000 };
  const queue = new KeyedQueue(work, { concurrency: workers, clock, random: () => 0, bounds });
  queue.start();
  for (let index = 0; index < workers; index += 1) queue.add(`hangs${index}`, 'change');
  queue.add('drifted', 'drift');
  await clock.advance(slowMs - 1);
  expect(starts.has('drifted')).toBe(false);
  await clock.advance(1);
  expect(starts.get('drifted')).toBe(slowMs);
  // Nothing waits: nothing looks for slow runs.
  expect(clock.nextIn).toBeUndefined();
  await clock.advance(1000);
  queue.add('later', 'drift');
  expect(starts.get('later')).toBe(slowMs + 1000);

  for (let index = workers; index < 6 * workers; index += 1) queue.add(`hangs${index}`, 'change');
  await clock.advance(60_000);
  expect(ends).toHaveLength(3 * workers);
  for (const end of ends.splice(0)) end();
  await clock.advance(0);
  // Those that never ran; those that failed have their share.
  expect(ends).toHaveLength(workers);
  await clock.advance(60_000);
  expect(ends.length).toBe(3 * workers);
  queue.close();
});

test('after an outage, keys that failed get more workers with each success, and a quarter again with a failure', async () => {
  const runs: ((outcome: Outcome) => void)[] = [];
  const finish = async (type: 'settled' | 'retry', count = 1): Promise<void> => {
    for (const run of runs.splice(0, count)) run({ type });
    await turn();
  };
  const queue = new KeyedQueue(() => new Promise((resolve) => runs.push(resolve)), {
    concurrency: workers,
    clock: new ManualClock(),
    random: () => 0,
    bounds: { firstMs: 500, longestMs: 300_000 },
  });
  queue.start();
  for (let index = 0; index < 40; index += 1) queue.add(`tenant${index}`, 'change');
  for (let round = 0; round < 5; round += 1) await finish('retry', workers);
  for (let index = 0; index < 40; index += 1) queue.add(`tenant${index}`, 'change');
  const atWork = [runs.length];
  for (let success = 0; success < 5; success += 1) {
    await finish('settled');
    atWork.push(runs.length);
  }
  expect(atWork).toEqual([2, 3, 4, 5, 6, 6]);
  await finish('retry', 6);
  expect(runs).toHaveLength(2);
  queue.add('sound', 'adoption');
  expect(runs).toHaveLength(3);
});
