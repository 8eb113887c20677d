/**
 * In place of a kubelet: says of every gateway pod that it runs and is ready, as soon as it exists. Without it a rollout would
 * never come to its end, and what comes after that end would stay unproven.
 */
import type { ApiClient } from '../../api/support/api-client.ts';
import { keptUp } from './kept-up.ts';

const userAgent = 'cellwright-test-kubelet';

/** Works until it is disposed. */
export function keepPodsReady(client: (identity: { userAgent: string }) => ApiClient): AsyncDisposable {
  const admin = client({ userAgent });
  return keptUp(() => makeReady(admin));
}

interface PodLike {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function makeReady(admin: ApiClient): Promise<void> {
  const items = (await admin.list('/api/v1/pods?labelSelector=cellwright.dev/tenant')) as unknown as PodLike[];
  const waiting = items.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') !== true,
  );
  await Promise.all(waiting.map((pod) => sayReady(admin, pod)));
}

async function sayReady(admin: ApiClient, { metadata: { namespace, name } }: PodLike): Promise<void> {
  const lastTransitionTime = new Date().toISOString();
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', lastTransitionTime }));
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  const body = { status: { phase: 'Running', conditions } };
  const answer = await admin.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  // A pod that went between list and patch needs nothing.
  if (answer.status !== 404 && answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
}
