import { describe, expect, test } from '@jest/globals';
import type { LiveChild } from '../../runner/engine/children.ts';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import { wantedObject } from '../../runner/engine/wanted.ts';
import type { WantedObject } from '../../runner/engine/wanted.ts';
import type { CellFacts, Ceilings } from '../../runner/fleet/cell-facts.ts';
import { quotaSteps } from '../../runner/fleet/quota-steps.ts';
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

/** A quota that is there as we applied it. */
function applied(hard: Ceilings): Known {
  const live = { uid: 'u', digest: 'accepted', facts: { ceilings: hard } } as LiveChild<CellFacts>;
  return { live, record: { uid: 'u', wanted: quota(hard).digest, accepted: 'accepted' } };
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
      steps: { first: [], last: [{ cpu: '1' }] },
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

  test.each<[string, Partial<Known['record']> | undefined]>([
    ['whose record was not kept', undefined],
    ['whose last step was not kept', { wanted: 'before that', accepted: 'other' }],
  ])('that shrinks goes last, also one %s', (_what, change) => {
    const { live, record } = applied({ cpu: '2' });
    const known = { live, record: change === undefined || record === undefined ? undefined : { ...record, ...change } };
    expect(shown(quotaSteps([quota({ cpu: '1' })], () => known))).toEqual({ first: [], last: [{ cpu: '1' }] });
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
