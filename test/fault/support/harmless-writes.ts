/** What others may do to an object of ours: it concerns nobody. */
import type { ApiClient } from '../../api/support/api-client.ts';
import { replacement, sendWrite } from './foreign-writes.ts';
import type { Target } from './foreign-writes.ts';

const now = '2026-01-01T00:00:00Z';
const condition = { type: 'Foreign', status: 'True', reason: 'Test', message: '', lastTransitionTime: now };

/** A status that a controller could write, by kind; null: the kind has none. */
const statuses: Readonly<Record<string, object | null>> = {
  Namespace: { conditions: [condition] },
  ResourceQuota: { used: { pods: '1' } },
  LimitRange: null,
  NetworkPolicy: null,
  ServiceAccount: null,
  ConfigMap: null,
  Service: { conditions: [condition] },
  PodDisruptionBudget: { conditions: [condition] },
  StatefulSet: { collisionCount: 0, conditions: [condition] },
  Ingress: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
  HTTPRoute: { parents: [] },
  PodMonitor: { bindings: [] },
};

/** All of them but a restart: own label and annotation, status, the same values once more by PUT and by apply. */
export async function writeHarmlessly(admin: ApiClient, { path, wanted }: Target): Promise<void> {
  const merge = 'application/merge-patch+json';
  const marks = { labels: { foreign: 'yes' }, annotations: { 'example.com/note': 'mine' } };
  await admin.ok({ method: 'PATCH', path, body: { metadata: marks }, contentType: merge });
  const status = statuses[wanted.kind];
  if (status === undefined) throw new Error(`say what a controller writes into the status of a ${wanted.kind}`);
  if (status !== null)
    await admin.ok({ method: 'PATCH', path: `${path}/status`, body: { status }, contentType: merge });
  const same = await sendWrite(admin, path, replacement(await admin.object({ path }), 'someone'));
  if (same.status !== 200) throw new Error(`${path}: ${JSON.stringify(same.body)}`);
  await admin.apply(path, wanted, 'someone');
}

/** `kubectl rollout restart` */
export async function restartRollout(admin: ApiClient, { path }: Target): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': now };
  const body = { spec: { template: { metadata: { annotations } } } };
  await admin.ok({ method: 'PATCH', path, body, contentType: 'application/strategic-merge-patch+json' });
}
