import { describe, expect, test } from '@jest/globals';
import { finalizer } from '../../runner/fleet/claim.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { MassDeletionGuard } from '../../runner/fleet/mass-deletion.ts';

const noon = Date.parse('2026-01-01T12:00:00Z');
const at = (minutes: number): string => new Date(noon + minutes * 60_000).toISOString().replace('.000', '');

/** Tenants that were there long before noon, and what a runner sees when they are deleted. */
class Fleet {
  readonly tenants = new Map<string, Tenant>();
  guard = this.#newGuard();

  constructor(count: number) {
    for (let index = 0; index < count; index += 1) this.put({ name: `t${index}`, uid: `t${index}` });
  }

  put(metadata: object, status: object = {}): void {
    const complete = { creationTimestamp: at(-600), finalizers: [finalizer], ...metadata };
    const tenant = { metadata: complete, spec: {}, status } as unknown as Tenant;
    const before = this.tenants.get(tenant.metadata.name);
    this.tenants.set(tenant.metadata.name, tenant);
    this.guard.changed(before, tenant);
  }

  /** Deletes one at a minute, and gives what its pass is told. */
  remove(name: string, minute: number, metadata: object = {}): string | undefined {
    this.put({ name, uid: name, deletionTimestamp: at(minute), ...metadata });
    return this.hold(name);
  }

  hold(name: string): string | undefined {
    return this.guard.holdOf(this.#get(name));
  }

  /** What the pass does with the verdict: the tenant goes, or its status says that it is held. */
  carryOut(name: string): void {
    const hold = this.hold(name);
    if (hold === undefined) this.gone(name);
    else
      this.put(this.#get(name).metadata, { conditions: [{ type: 'Stalled', reason: 'MassDeletion', message: hold }] });
  }

  gone(name: string): void {
    const tenant = this.#get(name);
    this.tenants.delete(name);
    this.guard.changed(tenant, undefined);
  }

  /** A runner that starts afresh, and lists. */
  restart(): void {
    this.guard = this.#newGuard();
    for (const tenant of this.tenants.values()) this.guard.changed(undefined, tenant);
  }

  #newGuard(): MassDeletionGuard {
    return new MassDeletionGuard({ tenants: () => [...this.tenants.values()] });
  }

  #get(name: string): Tenant {
    const tenant = this.tenants.get(name);
    if (tenant === undefined) throw new RangeError(`no tenant ${name}`);
    return tenant;
  }
}

const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `t${from + index}`);

describe('deletions of tenants', () => {
  test.each([
    [10, 3],
    [79, 3],
    [80, 4],
    [1000, 50],
  ])('of %i tenants, at most %i within ten minutes go without a word', (count, limit) => {
    const fleet = new Fleet(count);
    const going = names(0, limit + 5).filter((name) => fleet.remove(name, 0) === undefined);
    expect(going).toEqual(names(0, limit));
    expect(fleet.hold('t0')).toBeUndefined();
    const message = fleet.hold(`t${limit}`) ?? '';
    expect(message).toContain(`${limit + 1} tenants were deleted within 10 minutes, and at most ${limit} `);
    expect(message).toContain(`5 % of ${count}`);
    expect(message).toContain(`kubectl annotate tg t${limit} cellwright.dev/confirm-deletion=true`);
  });

  test('are not held when they come one at a time, a few in ten minutes', () => {
    const fleet = new Fleet(30);
    for (const [index, name] of names(0, 30).entries()) {
      expect(fleet.remove(name, index * 3.5)).toBeUndefined();
      fleet.gone(name);
    }
  });

  test('are held when the fourth of ten minutes comes, however they are spread', () => {
    const fleet = new Fleet(10);
    expect([0, 4, 8].map((minute) => fleet.remove(`t${minute}`, minute))).toEqual([undefined, undefined, undefined]);
    for (const name of ['t0', 't4', 't8']) fleet.gone(name);
    expect(fleet.remove('t9', 9.9)).toContain('4 tenants were deleted');
  });

  test('stay held however long it takes, and go with the word, as do those that carry it from the start', () => {
    const fleet = new Fleet(10);
    for (const name of names(0, 5)) fleet.remove(name, 0);
    for (const name of names(0, 5)) fleet.carryOut(name);
    expect([...fleet.tenants.keys()]).toEqual(names(3, 10));
    expect(fleet.remove('t9', 60)).toBeUndefined();
    expect(fleet.hold('t3')).toBeDefined();
    const annotations = { 'cellwright.dev/confirm-deletion': 'true' };
    expect(fleet.remove('t3', 0, { annotations })).toBeUndefined();
    expect(fleet.hold('t4')).toBeDefined();
    expect(fleet.remove('t5', 0, { annotations })).toBeUndefined();
    expect(fleet.remove('t6', 0, { annotations: { 'cellwright.dev/confirm-deletion': 'no' } })).toBeDefined();
  });

  test('with the word do not count for the others', () => {
    const fleet = new Fleet(20);
    const annotations = { 'cellwright.dev/confirm-deletion': 'true' };
    for (const name of names(0, 10)) {
      fleet.remove(name, 0, { annotations });
      fleet.gone(name);
    }
    expect(names(10, 15).filter((name) => fleet.remove(name, 0) === undefined)).toEqual(names(10, 13));
  });

  test('count only when they wait for us', () => {
    const fleet = new Fleet(10);
    for (const name of names(0, 6)) fleet.remove(name, 0, { finalizers: [] });
    expect(names(6, 10).filter((name) => fleet.remove(name, 0) === undefined)).toEqual(names(6, 9));
  });

  test('are measured by the tenants at the start of the ten minutes: a crowd of new ones changes nothing', () => {
    const fleet = new Fleet(80);
    for (let index = 80; index < 1000; index += 1) {
      fleet.put({ name: `t${index}`, uid: `t${index}`, creationTimestamp: at(-5) });
    }
    expect(names(0, 10).filter((name) => fleet.remove(name, 0) === undefined)).toEqual(names(0, 4));
  });
});

describe('after a restart, deletions', () => {
  test('stay held, and no other of the same ten minutes goes while one is', () => {
    const fleet = new Fleet(10);
    for (const name of names(0, 4)) fleet.remove(name, 0);
    for (const name of names(0, 4)) fleet.carryOut(name);
    const message = fleet.hold('t3');
    fleet.restart();
    expect(fleet.hold('t3')).toBe(message);
    expect(fleet.remove('t9', 1)).toBeDefined();
    expect(fleet.remove('t8', 11)).toBeUndefined();
  });

  test('whose removal had begun go on, and count', () => {
    const fleet = new Fleet(10);
    for (const name of names(0, 3)) {
      fleet.remove(name, 0);
      fleet.put({ name, uid: name, deletionTimestamp: at(0) }, { conditions: [{ type: 'Ready', reason: 'Deleting' }] });
    }
    fleet.restart();
    expect(fleet.remove('t9', 1)).toBeDefined();
    expect(names(0, 3).map((name) => fleet.hold(name))).toEqual([undefined, undefined, undefined]);
  });

  test('that went before are known to a runner that watched, and not to one that starts afresh', () => {
    const fleet = new Fleet(10);
    for (const name of names(0, 3)) {
      fleet.put({ name, uid: name, deletionTimestamp: at(0) });
      fleet.gone(name);
    }
    expect(fleet.remove('t5', 1)).toBeDefined();
    fleet.restart();
    expect(fleet.hold('t5')).toBeUndefined();
  });
});

test('a held tenant whose finalizer someone took off counts no more: nothing of it was removed', () => {
  const fleet = new Fleet(10);
  for (const name of names(0, 4)) fleet.remove(name, 0);
  for (const name of names(0, 4)) fleet.carryOut(name);
  fleet.remove('t3', 0, { finalizers: [] });
  fleet.gone('t3');
  for (const name of names(4, 6)) expect(fleet.remove(name, 11)).toBeUndefined();
  fleet.put({ name: 't3', uid: 'another' });
  expect(fleet.hold('t3')).toBeUndefined();
});
