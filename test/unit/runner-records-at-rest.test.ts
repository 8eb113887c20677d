import { describe, expect, test } from '@jest/globals';
import { AppliedRecords } from '../../runner/engine/records.ts';
import type { AppliedRecord } from '../../runner/engine/records-text.ts';

/** More than are held apart, so that the first ones are at rest. */
const owners = Array.from({ length: 600 }, (_, index) => `acme-${index}`);

function record(owner: string, key: string): AppliedRecord {
  const base = { uid: `uid of ${owner}/${key}`, wanted: 'w', accepted: 'a' };
  return key === 'quota' ? { ...base, note: '{"pods":"3"}' } : base;
}

function filled(): AppliedRecords {
  const records = new AppliedRecords();
  for (const owner of owners) for (const key of ['set', 'quota']) records.set(owner, key, record(owner, key));
  return records;
}

describe('the records of an owner at rest', () => {
  test('are what they were, in whatever order they are asked for', () => {
    const records = filled();
    for (const owner of [...owners, ...owners.toReversed()]) {
      expect(records.get(owner, 'set')).toEqual(record(owner, 'set'));
      expect(new Map(records.of(owner))).toEqual(
        new Map(['set', 'quota'].map((key) => [key, record(owner, key)] as const)),
      );
    }
  });

  test('take changes, and have the same text as before for the same', () => {
    const records = filled();
    const texts = owners.map((owner) => records.textOf(owner));
    for (const owner of owners) records.set(owner, 'set', { uid: 'new', wanted: 'w2', accepted: 'a2' });
    for (const owner of owners) records.forget(owner, 'quota');
    for (const owner of owners) {
      expect(records.of(owner)).toEqual([['set', { uid: 'new', wanted: 'w2', accepted: 'a2' }]]);
    }
    for (const owner of owners) for (const key of ['quota', 'set']) records.set(owner, key, record(owner, key));
    expect(owners.map((owner) => records.textOf(owner))).toEqual(texts);
  });

  test('stay forgotten, and the text that the owner keeps does not bring them back while others are here', () => {
    const records = filled();
    const [first = ''] = owners;
    const text = records.textOf(first);
    records.forget(first, 'set');
    records.forget(first, 'quota');
    for (const owner of owners.slice(1)) records.get(owner, 'set');
    records.restore(first, text);
    expect(records.of(first)).toEqual([]);
    records.forgetAll(first);
    records.restore(first, text);
    expect(records.textOf(first)).toBe(text);
  });
});
