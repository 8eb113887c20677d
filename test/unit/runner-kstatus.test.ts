/** Conditions as `kubectl wait`, Flux and Argo CD read them; over a tenant's life: test/api/runner-rollout.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { newObjectStatus } from '../../constructs/api/kinds/status.ts';
import {
  assessDeleting,
  assessFailed,
  assessHeld,
  assessNewToken,
  assessObserved,
  assessPaused,
  assessRefused,
  assessSettled,
} from '../../runner/fleet/assess.ts';
import type { Running, Verdicts } from '../../runner/fleet/assess.ts';
import { toConditions } from '../../runner/fleet/verdicts.ts';
import { ApiError } from '../../runner/kube/api-error.ts';
import { endsWait, kstatus } from '../api/support/kstatus.ts';
import type { Kstatus } from '../api/support/kstatus.ts';

const running = (ready: number, isRolledOut = true, wanted = 1): Running => ({
  workload: { wanted, created: wanted, ready, isRolledOut, volumes: {}, maps: [] },
  podProblems: [],
  policyRevision: 'p1',
  namespace: 'tenant-acme',
});
const failed = (status: number, reason: string): Verdicts =>
  assessFailed(
    [{ key: 'x', action: 'failed', error: ApiError.fromStatus('PATCH x', { message: 'no', reason }, status) }],
    running(1),
  );

describe('kstatus and kubectl wait --for=condition=Ready agree that a tenant', () => {
  test.each<[string, Verdicts, Kstatus]>([
    ['runs', assessSettled(running(1)), 'Current'],
    ['is stopped as asked', assessSettled(running(0, true, 0)), 'Current'],
    ['is stopping', assessSettled(running(1, false, 0)), 'InProgress'],
    ['starts', assessSettled(running(0)), 'InProgress'],
    ['rolls out', assessSettled(running(1, false)), 'InProgress'],
    ['is retried', failed(503, 'ServiceUnavailable'), 'InProgress'],
    ['is refused by the API server', failed(422, 'Invalid'), 'Failed'],
    ['is refused by a rule', assessRefused({ reason: 'Invalid', message: 'no' }, running(1)), 'Failed'],
    ['gets a new token', assessNewToken('rotation', running(1)), 'InProgress'],
    ['is paused', assessPaused(running(1)), 'InProgress'],
    ['waits for Git', assessObserved({ notApplied: 'x', drift: '', isWhole: false }, running(1)), 'InProgress'],
    [
      'has drift beside what runs',
      assessObserved({ notApplied: '', drift: 'x', isWhole: true }, running(1)),
      'Current',
    ],
  ])('%s', (_what, verdicts, expected) => {
    const conditions = toConditions({ verdicts, before: [], generation: 2, now: '2026-01-01T00:00:00Z' });
    const seen = { generation: 2, observedGeneration: 2, conditions };
    expect([kstatus(seen), endsWait(seen)]).toEqual([expected, expected === 'Current']);
    // What was said of an older generation counts for nothing.
    const changed = { ...seen, generation: 3 };
    expect([kstatus(changed), endsWait(changed)]).toEqual(['InProgress', false]);
  });

  test.each([
    ['is deleted', assessDeleting('waits', running(1))],
    ['is held back from deletion', assessHeld('too many', running(1))],
  ])('%s', (_what, verdicts) => {
    const conditions = toConditions({ verdicts, before: [], generation: 2, now: '2026-01-01T00:00:00Z' });
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(kstatus({ generation: 2, deletionTimestamp, observedGeneration: 2, conditions })).toBe('Terminating');
    expect(verdicts.Ready.status).toBe('False');
  });

  test('is not there yet before its first pass', () => {
    expect(kstatus({ generation: 1, ...newObjectStatus })).toBe('InProgress');
  });
});
