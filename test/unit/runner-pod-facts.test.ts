import { expect, test } from '@jest/globals';
import { podFacts } from '../../runner/fleet/pod-facts.ts';

const problem = (status: object, nodeName: string | undefined = 'n1', metadata: object = {}): string | undefined =>
  podFacts(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'gateway-0', namespace: 'tenant-acme', uid: 'u', resourceVersion: '1', ...metadata },
      spec: { nodeName },
      status,
    },
    'acme',
  ).problem;
const container = (state: object, more: object = {}): object => ({
  containerStatuses: [{ name: 'gateway', image: 'ghcr.io/x:1', ready: false, state, ...more }],
});
const opaRuns = { name: 'opa', ready: true, started: true, state: { running: {} } };

test.each<[string, string | undefined, string | undefined]>([
  ['ready', problem({ conditions: [{ type: 'Ready', status: 'True' }] }), undefined],
  [
    'unschedulable',
    podFacts(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'g', uid: 'u', resourceVersion: '1' },
        spec: {},
        status: { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] },
      },
      'acme',
    ).problem,
    'is on no node: 0/3 nodes are available',
  ],
  ['shutting down', problem({}, 'n1', { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'is shutting down'],
  ['fresh on its node', problem({}), 'is starting'],
  [
    'in its first init container',
    problem({
      initContainerStatuses: [
        { name: 'prepare', ready: false, state: { running: {} } },
        { name: 'opa', state: { waiting: {} } },
      ],
    }),
    'container prepare is not ready yet',
  ],
  [
    'past its init containers, gateway not ready',
    problem({
      initContainerStatuses: [{ name: 'prepare', ready: true, state: { terminated: { exitCode: 0 } } }, opaRuns],
      ...container({ running: {} }),
    }),
    'container gateway is not ready yet',
  ],
  [
    'without its image, in words that do not count attempts',
    problem(container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling (3x in 40s)' } })),
    'container gateway cannot pull its image ghcr.io/x:1',
  ],
  [
    'without a Secret',
    problem(container({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "keys" not found' } })),
    'container gateway waits: CreateContainerConfigError: secret "keys" not found',
  ],
  [
    'without a Secret since it crashed',
    problem(
      container(
        { waiting: { reason: 'CreateContainerConfigError', message: 'secret "keys" not found' } },
        { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      ),
    ),
    'container gateway waits: CreateContainerConfigError: secret "keys" not found',
  ],
  [
    'crashing, in words that do not count restarts',
    problem(
      container(
        { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting' } },
        { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      ),
    ),
    'container gateway ended with exit code 137 (OOMKilled)',
  ],
])('a pod that is %s', (_what, got, expected) => {
  expect(got).toBe(expected);
});

test.each<[string, string, string | undefined]>([
  ['CreateContainerConfigError', 'secret "gateway-token-a" not found', 'gateway-token-a'],
  ['CreateContainerConfigError', 'secrets "gateway-token-a" not found', 'gateway-token-a'],
  ['CreateContainerConfigError', "couldn't find key token in Secret tenant-acme/gateway-token-a", 'gateway-token-a'],
  ['CreateContainerConfigError', 'configmap "config" not found', undefined],
  // The node's rights lag behind the pod for a moment.
  ['CreateContainerConfigError', 'secrets "gateway-token-a" is forbidden: no relationship found', undefined],
  ['CrashLoopBackOff', 'secret "gateway-token-a" not found', undefined],
])('a pod that waits with %s: %s lacks Secret %s', (reason, message, secret) => {
  const live = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'g', uid: 'u', resourceVersion: '1' },
    status: container({ waiting: { reason, message } }),
  };
  expect(podFacts(live, 'acme').missingSecret).toBe(secret);
});
