/** Pods in the way of others: on nodes of the cluster, before its own pods, calling from their node. */
import type { Attack } from './attack.ts';
import { create, inCell, merge, set } from './attack.ts';
import { setWithClaim } from './tenant-attacks.ts';

const statefulSet = `${inCell('apps/v1')}/statefulsets/gateway`;
const pod = '/spec/template/spec';
const role = 'node-role.kubernetes.io/control-plane';
const everyPod = { labelSelector: {}, namespaceSelector: {}, topologyKey: 'kubernetes.io/hostname' };
const metadataService = { httpGet: { host: '169.254.169.254', port: 80, path: '/latest' } };

const placed = (id: string, field: string, value: unknown): Attack => ({
  id,
  wall: 'policy',
  request: set(statefulSet, `${pod}/${field}`, value),
});

export const placementAttacks: readonly Attack[] = [
  placed('set-priority', 'priorityClassName', 'system-node-critical'),
  placed('set-tolerations', 'tolerations', [{ operator: 'Exists' }]),
  placed('set-toleration-role', 'tolerations', [{ key: role, operator: 'Exists', effect: 'NoSchedule' }]),
  placed('set-node-role', 'nodeSelector', { [role]: '' }),
  placed('set-node-affinity', 'affinity', {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: role, operator: 'Exists' }] }],
      },
    },
  }),
  placed('set-node-preference', 'affinity', {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, preference: { matchExpressions: [{ key: role, operator: 'In', values: [''] }] } },
      ],
    },
  }),
  placed('set-anti-affinity', 'affinity', {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [everyPod] },
  }),
  placed('set-scheduler', 'schedulerName', 'mine'),
  placed('set-probe', 'containers/0/livenessProbe', metadataService),
  placed('set-probe-socket', 'containers/0/readinessProbe', { tcpSocket: { host: '10.0.0.2', port: 10_250 } }),
  placed('set-hook', 'containers/0/lifecycle', { postStart: metadataService }),
  {
    id: 'set-claim-annotation',
    wall: 'policy',
    request: create(
      `${inCell('apps/v1')}/statefulsets`,
      setWithClaim({ metadata: { annotations: { 'nfs.io/storage-path': '../tenant-other' } } }),
    ),
  },
  {
    id: 'budget',
    wall: 'policy',
    request: merge(`${inCell('policy/v1')}/poddisruptionbudgets/gateway`, { spec: { maxUnavailable: 0 } }),
  },
];
