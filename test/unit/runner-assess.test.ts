import { describe, expect, test } from '@jest/globals';
import { ForeignObjectError } from '../../runner/engine/adoption.ts';
import type { ObjectResult } from '../../runner/engine/result.ts';
import {
  assessDeleting,
  assessFailed,
  assessObserved,
  assessPaused,
  assessRefused,
  assessSettled,
} from '../../runner/fleet/assess.ts';
import type { Running, Verdicts } from '../../runner/fleet/assess.ts';
import type { WorkloadFacts } from '../../runner/fleet/cell-facts.ts';
import { factsOf } from '../../runner/fleet/cell-facts.ts';
import { toConditions } from '../../runner/fleet/verdicts.ts';
import { ApiError } from '../../runner/kube/api-error.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';

const workload: WorkloadFacts = { wanted: 1, created: 1, ready: 1, isRolledOut: true, volumes: {}, maps: [] };
const running = (change: Partial<WorkloadFacts>, podProblems: string[] = []): Running => ({
  workload: { ...workload, ...change },
  podProblems,
  policyRevision: 'p1',
  namespace: 'tenant-acme',
});
const statuses = (verdicts: Verdicts): string =>
  Object.entries(verdicts)
    .map(([type, { status }]) => `${type}=${status}`)
    .join(' ');
const refused = (status: number, reason: string): ApiError =>
  ApiError.fromStatus('PATCH x', { message: 'no', reason }, status);
const failed = (error: Error): ObjectResult[] => [{ key: 'Service/tenant-acme/gateway', action: 'failed', error }];

describe('conditions say', () => {
  test.each<[string, Verdicts, string]>([
    [
      'all is well',
      assessSettled(running({})),
      'Ready=True Available=True Reconciling=False Stalled=False PolicySynced=True Degraded=False',
    ],
    [
      'a new revision rolls out while the old one serves',
      assessSettled(running({ isRolledOut: false })),
      'Ready=False Available=True Reconciling=True Stalled=False PolicySynced=False Degraded=False',
    ],
    [
      'stopped',
      assessSettled(running({ wanted: 0, created: 0, ready: 0 })),
      'Ready=True Available=False Reconciling=False Stalled=False PolicySynced=True Degraded=False',
    ],
    [
      'stopping, a pod is still there',
      assessSettled(running({ wanted: 0, isRolledOut: false })),
      'Ready=False Available=False Reconciling=True Stalled=False PolicySynced=True Degraded=False',
    ],
    [
      'an API server in trouble: it is tried again',
      assessFailed(failed(refused(503, 'ServiceUnavailable')), running({})),
      'Ready=False Available=True Reconciling=True Stalled=False PolicySynced=Unknown Degraded=True',
    ],
    [
      'an object that can never be accepted: a person is needed',
      assessFailed(failed(refused(422, 'Invalid')), running({})),
      'Ready=False Available=True Reconciling=False Stalled=True PolicySynced=Unknown Degraded=True',
    ],
    [
      'a stranger’s namespace: a person is needed',
      assessFailed(failed(new ForeignObjectError('Namespace/tenant-acme', 'it is theirs')), running({})),
      'Ready=False Available=True Reconciling=False Stalled=True PolicySynced=Unknown Degraded=True',
    ],
    [
      'refused, and what runs is left',
      assessRefused({ reason: 'Invalid', message: 'no' }, running({})),
      'Ready=False Available=True Reconciling=False Stalled=True PolicySynced=Unknown Degraded=False',
    ],
    [
      'paused',
      assessPaused(running({})),
      'Ready=Unknown Available=True Reconciling=False Stalled=False PolicySynced=Unknown Degraded=Unknown',
    ],
    [
      'Git has not applied yet',
      assessObserved({ notApplied: 'Service/x/gateway', drift: '', isWhole: false }, running({})),
      'Ready=False Available=True Reconciling=True Stalled=False PolicySynced=False Degraded=False',
    ],
    [
      'someone opened a wall that Git has applied',
      assessObserved({ notApplied: '', drift: 'NetworkPolicy/x/cell: …', isWhole: true }, running({})),
      'Ready=True Available=True Reconciling=False Stalled=False PolicySynced=True Degraded=True',
    ],
    [
      'someone changed the workload, or removed an object',
      assessObserved({ notApplied: '', drift: 'StatefulSet/x/gateway: …', isWhole: false }, running({})),
      'Ready=False Available=True Reconciling=True Stalled=False PolicySynced=True Degraded=True',
    ],
    [
      'Git has not applied yet, and someone changed something',
      assessObserved({ notApplied: 'Service/x/gateway', drift: 'LimitRange/x/cell: …', isWhole: false }, running({})),
      'Ready=False Available=True Reconciling=True Stalled=False PolicySynced=False Degraded=True',
    ],
    [
      'on its way out',
      assessDeleting('deleting', running({})),
      'Ready=False Available=True Reconciling=True Stalled=False PolicySynced=Unknown Degraded=False',
    ],
  ])('%s', (_what, verdicts, expected) => {
    expect(statuses(verdicts)).toBe(expected);
  });

  test('why a gateway is not ready, from what is known', () => {
    const message = (facts: Partial<WorkloadFacts>, problems: string[] = []): string =>
      assessSettled(running(facts, problems)).Ready.message;
    expect(message({ ready: 0 }, ['gateway-0 is on no node: 0/3 nodes are available'])).toBe(
      'gateway 0/1 ready: gateway-0 is on no node: 0/3 nodes are available',
    );
    expect(message({ ready: 0, created: 0 })).toBe(
      'gateway 0/1 ready: 0 of 1 pods exist; kubectl -n tenant-acme describe statefulset gateway says why',
    );
    expect(assessSettled({ ...running({}), workload: undefined }).Ready.message).toBe(
      'the StatefulSet gateway does not exist yet',
    );
  });
});

describe('the list of conditions', () => {
  const verdicts = { Ready: { status: 'True', reason: 'Running', message: 'm' } } as const;

  test('keeps the time of the last change of status, and takes a new one with a new status', () => {
    const first = toConditions({ verdicts, before: [], generation: 1, now: 't1' });
    const other = { Ready: { ...verdicts.Ready, message: 'other' } };
    const same = toConditions({ verdicts: other, before: first, generation: 2, now: 't2' });
    expect(same).toMatchObject([{ lastTransitionTime: 't1', message: 'other', observedGeneration: 2 }]);
    const changed = { Ready: { ...verdicts.Ready, status: 'False' } } as const;
    expect(toConditions({ verdicts: changed, before: same, generation: 2, now: 't3' })).toMatchObject([
      { lastTransitionTime: 't3' },
    ]);
  });

  test('cuts a message that the schema would refuse', () => {
    const [condition] = toConditions({
      verdicts: { Ready: { ...verdicts.Ready, message: 'x'.repeat(5000) } },
      before: [],
      generation: 1,
      now: 't',
    });
    expect(condition?.message).toHaveLength(4096);
  });
});

describe('the state of a StatefulSet', () => {
  const sts = (generation: number, status: object, replicas = 1): LiveObject => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'gateway', uid: 'u', resourceVersion: '1', generation },
    spec: { replicas },
    status,
  });
  const done = {
    observedGeneration: 2,
    replicas: 1,
    readyReplicas: 1,
    updatedReplicas: 1,
    currentRevision: 'r',
    updateRevision: 'r',
  };

  test.each<[string, LiveObject, boolean]>([
    ['every pod runs the present revision', sts(2, done), true],
    ['the controller has not seen the present spec', sts(3, done), false],
    ['pods of two revisions run', sts(2, { ...done, updateRevision: 's' }), false],
    ['fewer pods than wanted are of the new revision', sts(2, done, 2), false],
    ['it is stopped and no pod is left', sts(2, { ...done, replicas: 0, updateRevision: 's' }, 0), true],
    ['it is stopped and a pod is left', sts(2, done, 0), false],
  ])('%s', (_what, live, isRolledOut) => {
    expect(factsOf(live).workload?.isRolledOut).toBe(isRolledOut);
  });
});

test('what is left in a namespace is told in the same words while only counts and order change', () => {
  const remaining = (...conditions: readonly (readonly [type: string, message: string])[]): string | undefined =>
    factsOf({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'tenant-acme', uid: 'u', resourceVersion: '1' },
      status: { conditions: conditions.map(([type, message]) => ({ type, message, status: 'True' })) },
    }).remaining;
  const left = (text: string): readonly [string, string] => [
    'NamespaceContentRemaining',
    `Some resources are remaining: ${text}`,
  ];
  const held = (text: string): readonly [string, string] => [
    'NamespaceFinalizersRemaining',
    `Some content in the namespace has finalizers remaining: ${text}`,
  ];
  const early = [
    left('pods. has 12 resource instances, ingresses.networking.k8s.io has 1 resource instances'),
    held('kubernetes.io/pvc-protection in 3 resource instances, example.com/a in 1 resource instances'),
  ] as const;
  const late = [
    left('ingresses.networking.k8s.io has 1 resource instances, pods. has 2 resource instances'),
    held('example.com/a in 2 resource instances, kubernetes.io/pvc-protection in 1 resource instances'),
  ] as const;
  expect(remaining(...early)).toBe(
    'objects left: ingresses.networking.k8s.io, pods; finalizers left: example.com/a, kubernetes.io/pvc-protection',
  );
  expect(remaining(...late)).toBe(remaining(...early));
  // What has another form is told as it is.
  expect(remaining(['NamespaceDeletionContentFailure', 'Failed to delete all resource types, 3 remaining: no'])).toBe(
    'Failed to delete all resource types: no',
  );
});
