import { describe, expect, test } from '@jest/globals';
import { mapBounded } from '../../runner/engine/bounded.ts';
import { turn } from './runner-support/manual-clock.ts';

interface Gate {
  readonly begun: number[];
  readonly open: (item: number, error?: Error) => Promise<void>;
  readonly call: (item: number) => Promise<string>;
}

/** Calls that last until the test ends them. */
function gate(): Gate {
  const begun: number[] = [];
  const ends = new Map<number, (error?: Error) => void>();
  return {
    begun,
    call: (item) => {
      begun.push(item);
      return new Promise((resolve, reject) =>
        ends.set(item, (error) => (error === undefined ? resolve(`r${item}`) : reject(error))),
      );
    },
    open: async (item, error) => {
      ends.get(item)?.(error);
      await turn();
    },
  };
}

describe('bounded work', () => {
  test('has at most so many calls under way, and gives results in the order of the items', async () => {
    const { begun, open, call } = gate();
    const all = mapBounded([0, 1, 2, 3], 2, call);
    expect(begun).toEqual([0, 1]);
    await open(1);
    expect(begun).toEqual([0, 1, 2]);
    await open(2);
    await open(3);
    await open(0);
    expect(await all).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect(await mapBounded([], 2, call)).toEqual([]);
  });

  test('begins nothing after a failure, and fails when what is under way has ended', async () => {
    const { begun, open, call } = gate();
    const ends: unknown[] = [];
    void mapBounded([0, 1, 2, 3], 2, call).catch((error: unknown) => ends.push(error));
    const first = new Error('first');
    await open(0, first);
    expect(ends).toEqual([]);
    await open(1);
    expect(ends).toEqual([first]);
    expect(begun).toEqual([0, 1]);
  });
});
