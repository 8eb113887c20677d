import { describe, expect, test } from '@jest/globals';
import { FailedShare } from '../../runner/engine/failed-share.ts';
import { KeyedQueue } from '../../runner/engine/queue.ts';
import type { Outcome } from '../../runner/engine/queue.ts';
import { moreUrgent, ReadyKeys } from '../../runner/engine/ready-keys.ts';
import type { Priority } from '../../runner/engine/ready-keys.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

function waiting(...keys: readonly (readonly [key: string, priority: Priority, hasFailed?: boolean])[]): ReadyKeys {
  const ready = new ReadyKeys();
  for (const [key, priority, hasFailed = false] of keys) ready.add(key, { priority, hasFailed });
  return ready;
}

const all = { failed: true, shared: true };

function takeAll(ready: ReadyKeys): string[] {
  const taken: string[] = [];
  for (let key = ready.take(all); key !== undefined; key = ready.take(all)) taken.push(key);
  return taken;
}

describe('keys that wait', () => {
  test('go by urgency, and inside a priority in the order of arrival', () => {
    const ready = waiting(
      ['old', 'adoption'],
      ['timer', 'resync'],
      ['drifted', 'drift'],
      ['user', 'change'],
      ['drifted2', 'drift'],
      ['user2', 'change'],
    );
    expect(takeAll(ready)).toEqual(['user', 'user2', 'drifted', 'drifted2', 'timer', 'old']);
    expect(ready.size).toBe(0);
  });

  test('keep the highest priority that they were given, and their place when they get no higher one', () => {
    const ready = waiting(['a', 'adoption'], ['b', 'drift'], ['c', 'drift']);
    ready.add('a', { priority: 'change', hasFailed: false });
    ready.add('b', { priority: 'adoption', hasFailed: false });
    ready.add('b', { priority: 'drift', hasFailed: false });
    expect(takeAll(ready)).toEqual(['a', 'b', 'c']);
    expect([moreUrgent('resync', 'drift'), moreUrgent('change', 'adoption')]).toEqual(['drift', 'change']);
  });

  test('are not starved: each eighth pick goes to the one that has waited the longest', () => {
    const ready = waiting(['old1', 'adoption'], ['old2', 'adoption'], ['late', 'resync']);
    const picks: string[] = [];
    for (let count = 0; count < 24; count += 1) {
      ready.add(`user${count}`, { priority: 'change', hasFailed: false });
      ready.add(`drift${count}`, { priority: 'drift', hasFailed: false });
      picks.push(ready.take(all) ?? '');
    }
    expect([picks[7], picks[15], picks[23]]).toEqual(['old1', 'old2', 'late']);
    expect(picks.filter((key) => key.startsWith('user'))).toHaveLength(21);
  });

  test('stay where they are while keys that failed may not go', () => {
    const ready = waiting(['broken', 'change', true], ['old', 'adoption']);
    expect(ready.take({ failed: false, shared: true })).toBe('old');
    expect(ready.take({ failed: false, shared: true })).toBeUndefined();
    expect(ready.take(all)).toBe('broken');
  });
});

describe('the share of keys that failed', () => {
  const roomOf = (share: FailedShare): number => {
    let room = 0;
    for (; share.isOpen; room += 1) share.enter();
    for (let count = 0; count < room; count += 1) share.leave();
    return room;
  };

  test.each([
    [1, 1, 1],
    [2, 1, 1],
    [8, 2, 6],
    [40, 10, 30],
  ])('of %i workers is %i, and never more than %i', (concurrency, least, most) => {
    const share = new FailedShare(concurrency);
    expect(roomOf(share)).toBe(least);
    for (let count = 0; count < 100; count += 1) share.recovered();
    expect(roomOf(share)).toBe(most);
    share.failed();
    expect(roomOf(share)).toBe(least);
  });
});

describe('a queue with priorities', () => {
  function held(): {
    queue: KeyedQueue;
    clock: ManualClock;
    started: string[];
    finish: (outcome: Outcome) => Promise<void>;
  } {
    const clock = new ManualClock();
    const started: string[] = [];
    const runs: ((outcome: Outcome) => void)[] = [];
    const work = (key: string): Promise<Outcome> => {
      started.push(key);
      return new Promise((resolve) => runs.push(resolve));
    };
    const bounds = { firstMs: 100, longestMs: 1000 };
    const queue = new KeyedQueue(work, { concurrency: 1, clock, random: () => 1, bounds });
    queue.start();
    const finish = async (outcome: Outcome): Promise<void> => {
      runs.shift()?.(outcome);
      await turn();
    };
    return { queue, clock, started, finish };
  }
  const settled: Outcome = { type: 'settled' };

  test('works on what is urgent first, retries and timers as resyncs, start-up last', async () => {
    const { queue, clock, started, finish } = held();
    queue.add('failing', 'change');
    await finish({ type: 'retry' });
    queue.add('busy', 'change');
    queue.add('old', 'adoption');
    await clock.advance(100);
    queue.add('drifted', 'drift');
    queue.add('user', 'change');
    for (let count = 0; count < 5; count += 1) await finish(settled);
    expect(started).toEqual(['failing', 'busy', 'user', 'drifted', 'failing', 'old']);
  });

  test('lets a key that was added while it ran go again by the most urgent reason', async () => {
    const { queue, started, finish } = held();
    queue.add('a', 'adoption');
    queue.add('a', 'change');
    queue.add('a', 'adoption');
    queue.add('b', 'drift');
    await finish(settled);
    await finish(settled);
    await finish(settled);
    expect(started).toEqual(['a', 'a', 'b']);
  });

  test('a timer keeps the more urgent reason of two, and the earlier time', async () => {
    const { queue, clock, started, finish } = held();
    queue.addAfter('a', 50, 'adoption');
    queue.addAfter('a', 500, 'change');
    queue.addAfter('b', 50, 'drift');
    queue.add('busy', 'change');
    await clock.advance(50);
    for (let count = 0; count < 3; count += 1) await finish(settled);
    expect(started).toEqual(['busy', 'a', 'b']);
    expect(queue.waiting).toBe(0);
  });

  test('tells which key has had a worker for the longest time', async () => {
    const { queue, clock, finish } = held();
    expect(queue.longestRun).toBeUndefined();
    queue.add('slow', 'change');
    queue.add('next', 'change');
    await clock.advance(4000);
    expect(queue.longestRun).toEqual({ key: 'slow', ms: 4000 });
    await finish(settled);
    expect(queue.longestRun).toEqual({ key: 'next', ms: 0 });
  });
});
