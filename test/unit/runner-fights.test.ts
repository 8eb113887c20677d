import { beforeEach, describe, expect, test } from '@jest/globals';
import { defaultBounds, FieldFightError, Fights } from '../../runner/engine/fights.ts';
import type { Contest } from '../../runner/engine/fights.ts';
import { actions, engine, live, path } from './runner-support/answered-engine.ts';

const { truceMs, windowMs } = defaultBounds;
const contest = (key: string, act: Contest['act'] = 'repair'): Contest => ({ owner: 'acme', key, act, by: 'someone' });

let now: number;
let fights: Fights;

beforeEach(() => {
  now = 0;
  fights = new Fights(() => now);
});

/** @returns whether it may be done once more; then it is */
function does(one: Contest): boolean {
  try {
    fights.check(one);
  } catch (error) {
    expect(error).toBeInstanceOf(FieldFightError);
    return false;
  }
  fights.did(one);
  return true;
}

const keys = (): string[] => fights.of('acme').map(({ key }) => key);

describe('a fight', () => {
  test('is seen after five repairs, and the object is repaired once a minute then', () => {
    expect([1, 2, 3, 4, 5, 6].map(() => does(contest('a')))).toEqual([true, true, true, true, true, false]);
    expect(does(contest('b'))).toBe(true);
    now += truceMs;
    expect(does(contest('a'))).toBe(true);
    expect(does(contest('a'))).toBe(false);
    expect(keys()).toEqual(['a']);
  });

  test('is over when nobody touched the object for the whole window, and not when a single repair succeeded', () => {
    for (let round = 0; round < 6; round += 1) does(contest('a'));
    for (let round = 0; round < 20; round += 1) {
      // Slower than what makes a fight, and fast enough to keep one up.
      now += windowMs - 1;
      expect(keys()).toEqual(['a']);
      expect(does(contest('a'))).toBe(true);
    }
    expect(fights.of('acme')).toMatchObject([{ truceRestMs: truceMs, peaceRestMs: windowMs }]);
    now += windowMs;
    expect(keys()).toEqual([]);
    expect([1, 2, 3, 4, 5].map(() => does(contest('a')))).not.toContain(false);
    expect(keys()).toEqual([]);
  });

  test('that is one of the few in time is none: nine changes in ten minutes are told, five are not', () => {
    for (let round = 0; round < 5; round += 1, now += 2 * truceMs) does(contest('slow'));
    for (let round = 0; round < 9; round += 1, now += truceMs) expect(does(contest('fast'))).toBe(true);
    expect(keys()).toEqual(['fast']);
  });

  test('over a repair is none over the removal of the same object, nor of another owner', () => {
    for (let round = 0; round < 6; round += 1) does(contest('a'));
    expect(does(contest('a', 'remove'))).toBe(true);
    expect(does({ ...contest('a'), owner: 'other' })).toBe(true);
    fights.forgetAll('acme');
    expect(keys()).toEqual([]);
    expect(does(contest('a'))).toBe(true);
  });

  test('leaves nothing in memory of objects that nobody changes any more', () => {
    for (const name of ['a', 'b', 'c']) does({ ...contest(name), owner: name });
    now += windowMs - 1000;
    does({ ...contest('a'), owner: 'a' });
    now += 1000;
    does({ ...contest('d'), owner: 'd' });
    expect(fights.size).toBe(2);
  });
});

describe('what is removed', () => {
  const seen = (uid: string): ReturnType<typeof live> => live({ uid, resourceVersion: `1${uid}` });

  test('and made anew as often is left alone for a while after five times, with no request', async () => {
    const { prune, told, lines } = engine(Array.from({ length: 5 }, () => live()));
    for (let round = 0; round < 5; round += 1) {
      told(seen(`${round}`));
      expect(actions(await prune())).toEqual(['pruned']);
    }
    told(seen('9'));
    const [result] = await prune();
    expect(result?.error).toBeInstanceOf(FieldFightError);
    expect(result?.error?.message).toContain('Service/ns/gateway is not wanted and was made again by someone else');
    expect(lines()).toEqual(Array.from({ length: 5 }, () => `DELETE ${path}`));
  });

  test('and wanted again in between was not made against us', async () => {
    const { prune, told } = engine(Array.from({ length: 8 }, () => live()));
    for (let round = 0; round < 8; round += 1) {
      told(seen(`${round}`));
      await prune(() => true);
      expect(actions(await prune())).toEqual(['pruned']);
    }
  });
});
