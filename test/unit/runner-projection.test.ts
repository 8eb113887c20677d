import { describe, expect, test } from '@jest/globals';
import { canonicalJson, digest } from '../../runner/engine/digest.ts';
import { carries, contentDigest, marksOf } from '../../runner/engine/projection.ts';
import { inWaves } from '../../runner/engine/waves.ts';
import { leftToOthers } from '../../runner/fleet/left-to-others.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';

const base: LiveObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'gateway', uid: 'u', resourceVersion: '1', labels: { ours: 'yes' } },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'gateway', env: [] }] } } },
  status: { replicas: 1 },
};
const wanted = marksOf({ labels: { ours: 'yes' } });
/** What is compared: the content, and whether our label is there. */
const project = (live: LiveObject): string =>
  `${contentDigest(live, leftToOthers)} ${carries(marksOf(live.metadata).join(''), wanted)}`;
const template = (annotations: Record<string, string>): LiveObject => ({
  ...base,
  spec: {
    ...(base['spec'] as object),
    template: { metadata: { annotations }, spec: { containers: [{ name: 'gateway', env: [] }] } },
  },
});

describe('what matters of a live object', () => {
  test('does not change with status, others’ labels, versions, or the order of keys', () => {
    const same: LiveObject = {
      kind: 'StatefulSet',
      status: { replicas: 3 },
      spec: { template: { spec: { containers: [{ env: [], name: 'gateway' }] } }, replicas: 1 },
      metadata: {
        name: 'gateway',
        uid: 'u',
        resourceVersion: '7',
        generation: 4,
        labels: { theirs: 'x', ours: 'yes' },
      },
      apiVersion: 'apps/v1',
    };
    expect(project(same)).toBe(project(base));
  });

  test('does not change with the annotation of kubectl rollout restart, and does with any other', () => {
    expect(project(template({ 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' }))).toBe(project(base));
    expect(project(template({ 'example.com/inject': 'true' }))).not.toBe(project(base));
  });

  test.each<[string, Partial<LiveObject>]>([
    ['a label of ours is gone', { metadata: { ...base.metadata, labels: {} } }],
    ['a field is set to another value', { spec: { ...(base['spec'] as object), replicas: 2 } }],
    ['a field is added', { spec: { ...(base['spec'] as object), minReadySeconds: 5 } }],
    ['a field is taken', { spec: { replicas: 1 } }],
  ])('changes when %s', (_what, change) => {
    expect(project({ ...base, ...change })).not.toBe(project(base));
  });
});

describe('a digest', () => {
  test('is of the canonical JSON: keys by code unit, absent members left out', () => {
    expect(canonicalJson({ b: [1, { z: null, y: undefined }], a: '\u2028', ä: 1, Z: 2 })).toBe(
      '{"Z":2,"a":"\u2028","b":[1,{"z":null}],"ä":1}',
    );
    expect(digest({ a: 1, b: 2 })).toBe(digest({ b: 2, a: 1 }));
    expect(digest({ a: '1' })).not.toBe(digest({ a: 1 }));
  });
});

test('waves come in order and keep the order inside', () => {
  expect(inWaves(['c2', 'a1', 'b2', 'z0'], (item) => Number(item[1]))).toEqual([['z0'], ['a1'], ['c2', 'b2']]);
});
