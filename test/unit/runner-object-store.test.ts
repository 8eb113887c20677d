import { describe, expect, test } from '@jest/globals';
import { isOlderVersion } from '../../runner/kube/live-object.ts';
import { ObjectStore } from '../../runner/kube/object-store.ts';
import type { Stored } from '../../runner/kube/object-store.ts';

const at = (resourceVersion: string, uid = 'u1', name = 'a'): Stored => ({ name, uid, resourceVersion });

function watched(): { store: ObjectStore<Stored>; changes: string[] } {
  const changes: string[] = [];
  const shown = (entry: Stored | undefined): string =>
    entry === undefined ? '-' : `${entry.uid}@${entry.resourceVersion}`;
  return { store: new ObjectStore((before, after) => changes.push(`${shown(before)} → ${shown(after)}`)), changes };
}

describe('what is known of the objects of a kind', () => {
  test('is the newest version, whichever way it came', () => {
    const { store, changes } = watched();
    store.replace([at('5')], '5');
    store.answered(at('9'));
    store.told(at('7'));
    store.told(at('9'));
    expect(store.get('a')?.resourceVersion).toBe('9');
    expect(changes).toEqual(['- → u1@5', 'u1@5 → u1@9']);
  });

  test('is nothing when the kind is gone, whatever versions there were', () => {
    const { store, changes } = watched();
    store.replace([at('5')], '5');
    store.clear();
    expect([store.size, changes.at(-1)]).toEqual([0, 'u1@5 → -']);
    store.replace([at('2', 'u2')], '3');
    expect(store.get('a')?.uid).toBe('u2');
  });

  test('does not come back by an answer that is older than what the stream told', () => {
    const { store } = watched();
    store.replace([], '1');
    store.told(at('5'));
    store.toldGone(at('6'));
    store.answered(at('5'));
    expect(store.get('a')).toBeUndefined();
  });

  test('forgets what a deletion of ours ended, once, and nothing that is newer', () => {
    const { store, changes } = watched();
    store.replace([at('3', 'u1', 'a'), at('4', 'u2', 'b'), at('5', 'u3', 'c')], '5');
    store.told(at('7', 'u2', 'b'));
    store.answered(at('8', 'u4', 'c'));
    changes.length = 0;
    store.answeredGone(at('3', 'u1', 'a'));
    store.answeredGone(at('4', 'u2', 'b'));
    store.answeredGone(at('5', 'u3', 'c'));
    store.toldGone(at('9', 'u1', 'a'));
    expect([...store.values()].map(({ uid, resourceVersion }) => `${uid}@${resourceVersion}`)).toEqual([
      'u2@7',
      'u4@8',
    ]);
    expect(changes).toEqual(['u1@3 → -']);
  });

  test('keeps a successor of the same name when the end of its predecessor is told late', () => {
    const { store } = watched();
    store.replace([at('3')], '3');
    store.answered(at('8', 'u2'));
    store.toldGone(at('6', 'u1'));
    expect(store.get('a')?.uid).toBe('u2');
  });

  test('keeps what carries the watched label again when it is told late that it was taken off', () => {
    const { store, changes } = watched();
    store.replace([at('3')], '3');
    store.answered(at('8'));
    store.toldGone(at('6'));
    expect(store.get('a')?.resourceVersion).toBe('8');
    expect(changes).not.toContain('u1@8 → -');
  });

  test('is replaced by a list in one step: what is gone is told, what is newer than the list stays', () => {
    const { store, changes } = watched();
    store.replace([at('1', 'u1', 'a'), at('2', 'u2', 'b'), at('3', 'u3', 'c')], '3');
    store.answered(at('20', 'u4', 'd'));
    changes.length = 0;
    store.replace([at('2', 'u2', 'b'), at('9', 'u3', 'c')], '10');
    expect([...store.values()].map(({ name }) => name).sort()).toEqual(['b', 'c', 'd']);
    expect(changes).toEqual(['u1@1 → -', 'u3@3 → u3@9']);
  });

  test('orders versions as numbers, and believes the later arrival where they are none', () => {
    expect(isOlderVersion('9', '10')).toBe(true);
    expect(isOlderVersion('10', '9')).toBe(false);
    expect(isOlderVersion('10', '10')).toBe(false);
    expect(isOlderVersion('abc', '10')).toBe(false);
    expect(isOlderVersion('99999999999999999998', '99999999999999999999')).toBe(true);
  });
});
