import { describe, expect, test } from '@jest/globals';
import { KeyedQueue } from '../../runner/engine/queue.ts';
import type { Outcome } from '../../runner/engine/queue.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

interface Run {
  readonly key: string;
  readonly finish: (outcome: Outcome) => void;
}

/** A queue whose workers wait until the test finishes them. */
function held(concurrency = 2): { queue: KeyedQueue; clock: ManualClock; runs: Run[]; started: () => string[] } {
  const clock = new ManualClock();
  const runs: Run[] = [];
  const history: string[] = [];
  const queue = new KeyedQueue(
    (key) => {
      history.push(key);
      return new Promise((finish) => runs.push({ key, finish }));
    },
    { concurrency, clock, random: () => 1, bounds: { firstMs: 100, longestMs: 1000 } },
  );
  queue.start();
  return { queue, clock, runs, started: () => history };
}

async function finish(runs: Run[], key: string, outcome: Outcome): Promise<void> {
  const index = runs.findIndex((run) => run.key === key);
  const [run] = runs.splice(index, 1);
  run?.finish(outcome);
  await turn();
}

const settled: Outcome = { type: 'settled' };
const retry: Outcome = { type: 'retry' };

describe('a queue of keys', () => {
  test('works on a key once however often it is added while it waits', async () => {
    const { queue, runs, started } = held(1);
    queue.add('a', 'change');
    for (let count = 0; count < 3; count += 1) queue.add('b', 'change');
    await finish(runs, 'a', settled);
    await finish(runs, 'b', settled);
    expect(started()).toEqual(['a', 'b']);
    expect(queue.depth).toBe(0);
  });

  test('works on a key once more when it is added while it runs, and never twice at a time', async () => {
    const { queue, runs, started } = held();
    queue.add('a', 'change');
    queue.add('a', 'change');
    queue.add('a', 'change');
    expect(started()).toEqual(['a']);
    await finish(runs, 'a', settled);
    expect(started()).toEqual(['a', 'a']);
    await finish(runs, 'a', settled);
    expect(started()).toEqual(['a', 'a']);
  });

  test('keeps the back-off of a key that fails and comes back as a resync meanwhile, and no other', async () => {
    const { queue, clock, runs, started } = held();
    queue.add('a', 'change');
    queue.add('a', 'resync');
    await finish(runs, 'a', retry);
    expect([started(), clock.nextIn]).toEqual([['a'], 100]);
    await clock.advance(100);
    queue.add('a', 'change');
    await finish(runs, 'a', retry);
    expect(started()).toEqual(['a', 'a', 'a']);
    queue.add('a', 'resync');
    await finish(runs, 'a', settled);
    expect(started()).toEqual(['a', 'a', 'a', 'a']);
  });

  test('keeps to its number of workers', () => {
    const { queue, started } = held(2);
    for (const key of ['a', 'b', 'c']) queue.add(key, 'change');
    expect(started()).toEqual(['a', 'b']);
  });

  test('waits longer after each failure of a key, and forgets failures after a success', async () => {
    const { queue, clock, runs, started } = held();
    queue.add('a', 'change');
    for (const wait of [100, 200, 400, 800, 1000, 1000]) {
      await finish(runs, 'a', retry);
      expect(clock.nextIn).toBe(wait);
      await clock.advance(wait);
    }
    await finish(runs, 'a', settled);
    queue.add('a', 'change');
    await finish(runs, 'a', retry);
    expect(clock.nextIn).toBe(100);
    expect(started()).toHaveLength(8);
  });

  test('comes back no sooner than it was told, and that is no failure for its back-off', async () => {
    const { queue, clock, runs } = held();
    queue.add('a', 'change');
    await finish(runs, 'a', { type: 'retry', notBeforeMs: 30_000 });
    // The test's random number is 1: spread by a tenth.
    expect(clock.nextIn).toBe(33_000);
    queue.add('a', 'change');
    await finish(runs, 'a', retry);
    expect(clock.nextIn).toBe(100);
  });

  test('backs off all the same from who says each time that it takes a moment', async () => {
    const { queue, clock, runs } = held();
    queue.add('a', 'change');
    const waits: (number | undefined)[] = [];
    for (let times = 0; times < 5; times += 1) {
      await finish(runs, 'a', { type: 'retry', notBeforeMs: 200 });
      waits.push(clock.nextIn);
      queue.add('a', 'change');
    }
    expect(waits).toEqual([300, 300, 400, 800, 1000]);
  });

  test('does not let a failing key delay another', async () => {
    const { queue, clock, runs, started } = held(1);
    queue.add('broken', 'change');
    await finish(runs, 'broken', retry);
    queue.add('b', 'change');
    expect(started()).toEqual(['broken', 'b']);
    await finish(runs, 'b', settled);
    await clock.advance(100);
    expect(started()).toEqual(['broken', 'b', 'broken']);
  });

  test('takes a key that waits to be retried at once when it is added', async () => {
    const { queue, clock, runs, started } = held();
    queue.add('a', 'change');
    await finish(runs, 'a', retry);
    queue.add('a', 'change');
    expect(started()).toEqual(['a', 'a']);
    expect(clock.nextIn).toBeUndefined();
  });

  test('is idle when everything new was worked on, retries aside', async () => {
    const { queue, clock, runs } = held();
    let idle = 0;
    queue.add('a', 'change');
    queue.addAfter('later', 50, 'resync');
    void queue.idle().then(() => (idle += 1));
    await finish(runs, 'a', retry);
    expect(idle).toBe(0);
    await clock.advance(50);
    await finish(runs, 'later', settled);
    expect(idle).toBe(1);
  });

  test('starts nothing after stop, waits for what runs, and keeps what was added for the next start', async () => {
    const { queue, runs, started } = held(1);
    queue.add('a', 'change');
    queue.add('b', 'change');
    let stopped = false;
    void queue.stop().then(() => (stopped = true));
    await turn();
    expect(stopped).toBe(false);
    await finish(runs, 'a', settled);
    expect(stopped).toBe(true);
    expect(started()).toEqual(['a']);
    queue.start();
    expect(started()).toEqual(['a', 'b']);
  });
});
