import { describe, expect, test } from '@jest/globals';
import { lastWriter } from '../../runner/engine/managed-fields.ts';
import { strayRemovals } from '../../runner/engine/strays.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';

interface Entry {
  readonly manager: string;
  readonly operation?: string;
  readonly fieldsV1: unknown;
  readonly subresource?: string;
  readonly time?: string;
}

function live(spec: unknown, managedFields: readonly Entry[]): LiveObject {
  const metadata = { name: 'gateway', uid: 'u', resourceVersion: '1', managedFields };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec, status: { replicas: 1 } };
}

const removals = (object: LiveObject, leftToOthers = {}): string[] =>
  strayRemovals(object, 'cellwright', leftToOthers).map(({ path }) => path);

const containers = [
  { name: 'one', env: [{ name: 'A' }, { name: 'X' }, { name: 'Y' }] },
  { name: 'two' },
  { name: 'three' },
];
const ours = {
  manager: 'cellwright',
  operation: 'Apply',
  fieldsV1: {
    'f:spec': {
      'f:containers': {
        'k:{"name":"one"}': { '.': {}, 'f:name': {}, 'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:name': {} } } },
      },
    },
  },
};

describe('strays', () => {
  test('are the topmost places that only others own, last of a list first', () => {
    const theirs = {
      manager: 'someone',
      fieldsV1: {
        'f:spec': {
          'f:containers': {
            'k:{"name":"one"}': {
              'f:env': {
                'k:{"name":"X"}': { '.': {} },
                'k:{"name":"Y"}': { '.': {} },
                'k:{"name":"A"}': { 'f:name': {} },
              },
            },
            'k:{"name":"two"}': { '.': {}, 'f:name': {} },
            'k:{"name":"three"}': { '.': {}, 'f:name': {} },
          },
          'f:a/b~c': {},
        },
      },
    };
    expect(removals(live({ containers, 'a/b~c': 1 }, [ours, theirs]))).toEqual([
      '/spec/a~1b~0c',
      '/spec/containers/2',
      '/spec/containers/1',
      '/spec/containers/0/env/2',
      '/spec/containers/0/env/1',
    ]);
  });

  test('are not: metadata, status, what a subresource wrote, what is left to others, what is gone already', () => {
    const theirs = [
      { manager: 'a', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:x': {} } }, 'f:status': { 'f:replicas': {} } } },
      { manager: 'b', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      {
        manager: 'c',
        fieldsV1: { 'f:spec': { 'f:restartedAt': {}, 'f:gone': {}, 'f:containers': { 'k:{"name":"four"}': {} } } },
      },
    ];
    const leftToOthers = { StatefulSet: [['spec', 'restartedAt']] };
    expect(removals(live({ containers, replicas: 3, restartedAt: 'x' }, [ours, ...theirs]), leftToOthers)).toEqual([]);
  });

  test('are not what lies around what is left to others: a restart by kubectl stays where we have no annotation', () => {
    const restarted = {
      manager: 'kubectl-rollout',
      fieldsV1: { 'f:spec': { 'f:annotations': { '.': {}, 'f:restartedAt': {}, 'f:note': {} } } },
    };
    const leftToOthers = { StatefulSet: [['spec', 'annotations', 'restartedAt']] };
    const object = live({ containers, annotations: { restartedAt: 'x', note: 'y' } }, [ours, restarted]);
    expect(removals(object, leftToOthers)).toEqual(['/spec/annotations/note']);
  });

  test('are what is written under our name and was never applied by us', () => {
    const forged = {
      manager: 'cellwright',
      fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"two"}': { '.': {} } } } },
    };
    expect(removals(live({ containers }, [ours, forged]))).toEqual(['/spec/containers/1']);
  });

  test('include values of sets and whole lists that are replaced as one', () => {
    const theirs = { manager: 'x', fieldsV1: { 'f:spec': { 'f:ingress': {}, 'f:finals': { 'v:"b"': {} } } } };
    const own = { manager: 'cellwright', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:finals': { 'v:"a"': {} } } } };
    expect(removals(live({ ingress: [{}], finals: ['a', 'b'] }, [own, theirs]))).toEqual([
      '/spec/finals/1',
      '/spec/ingress',
    ]);
  });
});

describe('the last writer', () => {
  const scaled = { 'f:spec': { 'f:replicas': {} } };
  const apply = { ...ours, time: '2026-01-01T00:00:02Z' };
  const scaler = { manager: 'hpa', subresource: 'scale', fieldsV1: scaled };
  test.each<[string, readonly Entry[], string]>([
    ['is the one of the newest entry', [apply, { ...ours, manager: 'b', time: '2026-01-01T00:00:03Z' }], 'b'],
    ['of one second is the one of the last entry', [apply, { ...apply, manager: 'b' }], 'b'],
    ['is not the one of a status', [apply, { ...scaler, subresource: 'status' }], 'cellwright'],
    ['is a scaler whose number it is', [apply, scaler], 'hpa'],
    ['is no scaler who wrote the number that was there', [{ ...apply, fieldsV1: scaled }, scaler], 'cellwright'],
    ['is nobody where nobody is named', [], ''],
  ])('%s', (_what, entries, writer) => {
    expect(lastWriter(live({ containers, replicas: 2 }, entries))).toBe(writer);
  });
});
