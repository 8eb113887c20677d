import { describe, expect, test } from '@jest/globals';
import type { Difference } from '../../runner/engine/differences.ts';
import type { Drift } from '../../runner/engine/observe.ts';
import { reportDrift } from '../../runner/fleet/drift-report.ts';

const kind = { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true, wave: 0 };
const frame = { wasApplied: true, workload: 'StatefulSet.apps/n/gateway' };

function drift(name: string, state: Drift['state'], more: Partial<Drift> = {}): Drift {
  return { kind, key: `Service/n/${name}`, name, namespace: 'n', state, differences: [], writers: [], ...more };
}
const difference = (field: string, by?: string, byApplier = false): Difference => ({
  place: ['spec', field],
  change: 'changed',
  by,
  byApplier,
});

describe('a report of drift', () => {
  test('is empty when all is as wanted', () => {
    expect(reportDrift([], frame)).toEqual({ notApplied: '', drift: '', isWhole: true });
  });

  test('tells what Git has not applied from what somebody did, also within one object', () => {
    const differences = [difference('a', 'git', true), difference('b', 'edit'), difference('c')];
    const found = [drift('x', 'differs', { differences })];
    expect(reportDrift(found, frame)).toEqual({
      notApplied: 'Service/n/x: spec.a changed by "git"',
      drift: 'Service/n/x: spec.b changed by "edit", spec.c changed',
      isWhole: true,
    });
    expect(reportDrift(found, { ...frame, wasApplied: false })).toMatchObject({
      notApplied: 'Service/n/x: spec.a changed by "git", spec.c changed',
      drift: 'Service/n/x: spec.b changed by "edit"',
    });
  });

  test('calls what is not there removed only when it was there', () => {
    const found = [drift('x', 'missing')];
    expect(reportDrift(found, frame)).toEqual({ notApplied: '', drift: 'Service/n/x: removed', isWhole: false });
    expect(reportDrift(found, { ...frame, wasApplied: false })).toEqual({
      notApplied: 'Service/n/x',
      drift: '',
      isWhole: false,
    });
  });

  test('is not whole when the workload differs, and is whole beside an object more', () => {
    const workload = drift('x', 'differs', { key: frame.workload, differences: [difference('a', 'edit')] });
    expect(reportDrift([workload], frame).isWhole).toBe(false);
    expect(reportDrift([drift('y', 'extra', { writers: ['kubectl-create', 'b', 'c'] })], frame)).toEqual({
      notApplied: '',
      drift: 'Service/n/y: not wanted by "kubectl-create" and "b"',
      isWhole: true,
    });
  });

  test('names five objects and three fields of each', () => {
    const differences = ['a', 'b', 'c', 'd', 'e'].map((field) => difference(field, 'x'));
    const found = Array.from({ length: 30 }, (_, index) => drift(`s${index}`, 'differs', { differences }));
    const { drift: text } = reportDrift(found, frame);
    expect(text.split(' | ')).toHaveLength(6);
    expect(text).toMatch(/and 25 more objects$/);
    expect(text).toContain('spec.c changed by "x", and 2 more fields | ');
  });
});
