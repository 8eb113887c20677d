import { describe, expect, test } from '@jest/globals';
import { KeyedQueue } from '../../runner/engine/queue.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

const longestMs = 30_000;

/** One worker, two rollouts at once; what each run began goes on until the test says otherwise. */
function paced(): {
  readonly queue: KeyedQueue;
  readonly clock: ManualClock;
  readonly ran: string[];
  readonly arrives: (key: string) => Promise<void>;
} {
  const clock = new ManualClock();
  const ran: string[] = [];
  const arrived = new Set<string>();
  const queue = new KeyedQueue(
    (key) => {
      ran.push(key);
      return Promise.resolve({ type: 'settled', isUnderWay: !arrived.has(key) });
    },
    {
      concurrency: 1,
      pace: { most: 2, longestMs },
      clock,
      random: () => 0,
      bounds: { firstMs: 500, longestMs: 300_000 },
    },
  );
  const arrives = async (key: string): Promise<void> => {
    arrived.add(key);
    queue.add(key, 'resync');
    await turn();
  };
  queue.start();
  return { queue, clock, ran, arrives };
}

describe('what changed for many keys at once', () => {
  test('begins on no more of them than may be under way, and on the next one as soon as one arrives', async () => {
    const { queue, ran, arrives } = paced();
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key, 'shared');
    await turn();
    expect(ran).toEqual(['a', 'b']);
    expect(queue.depth).toBe(2);
    await arrives('b');
    expect(ran).toEqual(['a', 'b', 'b', 'c']);
    await arrives('a');
    expect(ran.slice(4)).toEqual(['a', 'd']);
    queue.close();
  });

  test('goes on when its time comes just while the queue looks', async () => {
    for (let beforeMs = 0; beforeMs < 40; beforeMs += 1) {
      const clock = new ManualClock();
      const ran: string[] = [];
      let spent = 0;
      const queue = new KeyedQueue(
        (key) => {
          ran.push(key);
          return Promise.resolve({ type: 'settled', isUnderWay: true });
        },
        {
          concurrency: 1,
          pace: { most: 1, longestMs },
          // Time passes between two questions.
          clock: { now: clock.now, after: clock.after, monotonic: () => clock.monotonic() + (spent += 5) },
          random: () => 0,
          bounds: { firstMs: 500, longestMs: 300_000 },
        },
      );
      queue.start();
      queue.add('a', 'shared');
      await turn();
      const wall = longestMs - beforeMs;
      clock.jump({ wall, monotonic: wall });
      queue.add('b', 'shared');
      await clock.advance(200);
      expect({ beforeMs, ran }).toEqual({ beforeMs, ran: ['a', 'b'] });
      queue.close();
    }
  });

  test('holds up nothing else: neither other keys nor another reason for the same one', async () => {
    const { queue, ran } = paced();
    for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key, 'shared');
    await turn();
    queue.add('other', 'change');
    queue.add('c', 'drift');
    queue.add('d', 'resync');
    queue.add('other', 'adoption');
    await turn();
    expect(ran).toEqual(['a', 'b', 'other', 'c', 'd', 'other']);
    queue.close();
  });

  test('does not wait for what takes long, and each counts once however often it is looked at', async () => {
    const { queue, clock, ran } = paced();
    for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key, 'shared');
    await clock.advance(longestMs - 1);
    queue.add('a', 'resync');
    await turn();
    expect(ran).toEqual(['a', 'b', 'a']);
    await clock.advance(1);
    expect(ran).toEqual(['a', 'b', 'a', 'c', 'd']);
    queue.add('a', 'resync');
    await clock.advance(longestMs);
    expect(ran.slice(5)).toEqual(['a', 'e']);
    // Nothing waits: nothing looks for room.
    expect(clock.nextIn).toBeUndefined();
    queue.close();
  });

  test('does not wait where the key itself is under way: nothing more is taken away by it', async () => {
    const { queue, clock, ran } = paced();
    for (const key of ['a', 'b', 'c']) queue.add(key, 'shared');
    await turn();
    queue.add('a', 'shared');
    await turn();
    expect(ran).toEqual(['a', 'b', 'a']);
    await clock.advance(longestMs);
    queue.add('b', 'shared');
    await turn();
    expect(ran.slice(3)).toEqual(['c', 'b']);
    queue.close();
  });
});
