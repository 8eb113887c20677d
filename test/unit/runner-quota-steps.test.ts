import { describe, expect, test } from '@jest/globals';
import type { LiveChild } from '../../runner/engine/children.ts';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import { AppliedRecords } from '../../runner/engine/records.ts';
import { wantedObject } from '../../runner/engine/wanted.ts';
import type { WantedObject } from '../../runner/engine/wanted.ts';
import type { CellFacts, Ceilings } from '../../runner/fleet/cell-facts.ts';
import { ceilingsNote, quotaSteps } from '../../runner/fleet/quota-steps.ts';
import type { Known, Steps } from '../../runner/fleet/quota-steps.ts';

const kind: ManagedKind = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  namespaced: true,
  wave: 1,
};

function quota(hard: Ceilings): WantedObject {
  const metadata = { name: 'cell', namespace: 'ns' };
  return wantedObject(kind, { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } }, 'apply');
}

function liveQuota(hard: Ceilings, digest: string): LiveChild<CellFacts> {
  return { uid: 'u', digest, facts: { ceilings: hard } } as LiveChild<CellFacts>;
}

/** A quota that is there as we applied it. */
function applied(hard: Ceilings): Known {
  const wanted = quota(hard);
  const note = ceilingsNote(wanted) ?? '';
  const record = { uid: 'u', wanted: wanted.digest, accepted: 'accepted', note };
  return { live: liveQuota(hard, 'accepted'), record };
}

/** What the next runner knows: a record as it was kept. */
function afterRestart(record: Known['record']): Known['record'] {
  const [kept, read] = [new AppliedRecords(), new AppliedRecords()];
  if (record !== undefined) kept.set('acme', 'key', record);
  read.restore('acme', kept.textOf('acme'));
  return read.get('acme', 'key');
}

const hardOf = ({ body }: WantedObject): Ceilings => (body['spec'] as { hard: Ceilings }).hard;
const shown = ({ first, last }: Steps): object => ({ first: first.map(hardOf), last: last.map(hardOf) });

describe('a quota', () => {
  const cases: Readonly<Record<string, { before: Ceilings; after: Ceilings; steps: object }>> = {
    'that grows goes first': {
      before: { cpu: '1' },
      after: { cpu: '2' },
      steps: { first: [{ cpu: '2' }], last: [] },
    },
    'that shrinks goes last': {
      before: { cpu: '2' },
      after: { cpu: '1' },
      steps: { first: [{ cpu: '2' }], last: [{ cpu: '1' }] },
    },
    'that does both is first as large as either': {
      before: { cpu: '2', memory: '1Gi' },
      after: { cpu: '500m', memory: '2Gi' },
      steps: { first: [{ cpu: '2', memory: '2Gi' }], last: [{ cpu: '500m', memory: '2Gi' }] },
    },
  };

  test.each(Object.entries(cases))('%s', (_what, { before, after, steps }) => {
    expect(shown(quotaSteps([quota(after)], () => applied(before)))).toEqual(steps);
  });

  test.each<[string, Known['record']]>([
    ['whose record was not kept', undefined],
    ['whose record is older than what is kept with one', { uid: 'u', wanted: 'before that', accepted: 'other' }],
    ['whose record says nothing', { uid: 'u', wanted: 'before that', accepted: 'other', note: '{"cpu":2' }],
    ['whose record says what is no ceiling', { uid: 'u', wanted: 'before that', accepted: 'other', note: '{"cpu":2}' }],
  ])('that shrinks goes last, also one %s', (_what, record) => {
    const { live } = applied({ cpu: '2' });
    const steps = quotaSteps([quota({ cpu: '1' })], () => ({ live, record }));
    expect(shown(steps)).toEqual({ first: [{ cpu: '2' }], last: [{ cpu: '1' }] });
  });

  test.each<[string, Ceilings | undefined]>([
    ['larger', { cpu: '9', memory: '1Gi' }],
    ['smaller', { cpu: '1', memory: '1Gi' }],
    ['unlimited', {}],
    ['gone', undefined],
  ])('that someone else made %s while it waits is set back to what it was, by the next runner too', (_how, hard) => {
    const known = applied({ cpu: '2', memory: '1Gi' });
    const live = hard && liveQuota(hard, 'other');
    for (const record of [known.record, afterRestart(known.record)]) {
      const steps = quotaSteps([quota({ cpu: '1', memory: '2Gi' })], () => ({ live, record }));
      expect(shown(steps)).toEqual({ first: [{ cpu: '2', memory: '2Gi' }], last: [{ cpu: '1', memory: '2Gi' }] });
    }
  });

  test('that waits is what was applied before, to the digest, so that waiting costs no write', () => {
    const known = applied({ cpu: '2' });
    const { first } = quotaSteps([quota({ cpu: '1' })], () => known);
    expect(first[0]?.digest).toBe(known.record?.wanted);
  });

  test('in a form that we never write is set as wanted', () => {
    expect(shown(quotaSteps([quota({ memory: '1Gi' })], () => applied({ memory: '1e12' })))).toMatchObject({
      first: [{ memory: '1Gi' }],
    });
  });

  test('that someone else made larger is set back at once', () => {
    const wanted = quota({ cpu: '1' });
    const known = { ...applied({ cpu: '9' }), record: { uid: 'u', wanted: wanted.digest, accepted: 'other' } };
    expect(shown(quotaSteps([wanted], () => known))).toEqual({ first: [{ cpu: '1' }], last: [] });
  });
});
