/**
 * What a tenant has in the cluster, in a form that is the same for two clusters that were brought to it on different ways.
 *
 * Left out is what the API server or a controller chooses by chance (uid, resourceVersion, times, managedFields, cluster IPs)
 * and the nonce of the token's name, which is random by design.
 */
import { cellKinds, pods } from '../../../runner/fleet/kinds.ts';
import { collectionPath } from '../../../runner/kube/resource.ts';
import type { ResourceKind } from '../../../runner/kube/resource.ts';
import type { ApiClient, TestObject } from '../../api/support/api-client.ts';
import { ours } from '../../api/support/running-fleet.ts';

const nonce = /gateway-token-[a-z2-7]{10}/g;

const core = (kind: string, plural: string): ResourceKind => ({ apiVersion: 'v1', kind, plural, namespaced: true });
const kindsInside = [
  ...cellKinds.filter(({ optional, namespaced }) => optional !== true && namespaced),
  core('PersistentVolumeClaim', 'persistentvolumeclaims'),
  core('Secret', 'secrets'),
  pods,
];
const revisions = { ...core('ControllerRevision', 'controllerrevisions'), apiVersion: 'apps/v1' };

/** See above; keys are `Kind/name`, `status`, and `rollouts`: how often the pods were rolled so far, whatever they run now. */
export type EndState = Readonly<Record<string, unknown>>;

/** Everything in the tenant's namespace, whether it carries our labels or not, and what its status says; empty when it is gone. */
export async function endStateOf(admin: ApiClient, tenant: string): Promise<EndState> {
  const lists = kindsInside.map((kind) => listed(admin, kind, tenant));
  const [namespaces, rolled, status, ...inside] = await Promise.all([
    namespaceOf(admin, tenant),
    listed(admin, revisions, tenant),
    statusOf(admin, tenant),
    ...lists,
  ]);
  const objects = [...namespaces, ...inside.flat()];
  const entries = [
    ...objects.map((object) => [keyOf(object), normalized(object)] as const),
    ...(rolled.length === 0 ? [] : [['rollouts', rolloutsOf(objects, rolled)] as const]),
    ...(status === undefined ? [] : [['status', status] as const]),
  ];
  return Object.fromEntries(entries.sort(byKey));
}

async function namespaceOf(admin: ApiClient, tenant: string): Promise<TestObject[]> {
  const { status, body } = await admin.send({ path: `/api/v1/namespaces/tenant-${tenant}` });
  return status === 404 ? [] : [body as TestObject];
}

async function listed(admin: ApiClient, kind: ResourceKind, tenant: string): Promise<TestObject[]> {
  const items = await admin.list(collectionPath(kind, `tenant-${tenant}`));
  return items
    .filter(({ metadata }) => !madeByCluster.has(metadata.name))
    .map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
}

/** In every namespace, by controllers, at a time of their own. */
const madeByCluster = new Set(['kube-root-ca.crt', 'default']);

/** Two Secrets with names that differ in their nonce only are two. */
function keyOf({ kind, metadata }: TestObject): string {
  return `${kind}/${metadata.name.replaceAll(nonce, 'gateway-token-*')}${kind === 'Secret' ? `#${metadata.uid}` : ''}`;
}

function normalized(object: TestObject): unknown {
  const { kind, metadata } = object;
  // What a pod is follows from the StatefulSet's template; that it is there, and no other, does not.
  if (kind === 'Pod') return 'a pod';
  const { labels, annotations = {}, finalizers, deletionTimestamp } = metadata;
  const isDeleting = deletionTimestamp !== undefined;
  const own = Object.fromEntries(Object.entries(annotations).filter(([name]) => !isOfOthers(name)));
  const kept = {
    labels,
    annotations: own,
    finalizers,
    isDeleting,
    ...(kind === 'StatefulSet' ? progressOf(object) : {}),
  };
  const content = Object.fromEntries(Object.entries(object).filter(([field]) => !leftOut.has(field)));
  return plain({ ...kept, ...content, ...(kind === 'Secret' ? { data: Object.keys(content['data'] ?? {}) } : {}) });
}

/** Of annotations that others of a test put beside ours. */
export const foreignPrefix = 'example.com/';

/** The volume controllers note their steps on claims, each when it comes to it. */
const ofVolumes = ['pv.kubernetes.io/', 'volume.kubernetes.io/', 'volume.beta.kubernetes.io/'];

function isOfOthers(annotation: string): boolean {
  return [foreignPrefix, ...ofVolumes].some((prefix) => annotation.startsWith(prefix));
}

const leftOut = new Set(['metadata', 'status', 'apiVersion', 'kind']);
const chosenByServer = new Set(['clusterIP', 'clusterIPs', 'nodePort', 'volumeName', 'uid', 'resourceVersion']);

function progressOf({ ['status']: status }: TestObject): object {
  const { currentRevision, updateRevision, replicas, readyReplicas } = status as Readonly<Record<string, unknown>>;
  return {
    isRolledOut: currentRevision === updateRevision,
    replicas: replicas ?? 0,
    readyReplicas: readyReplicas ?? 0,
  };
}

/** Generation counts the changes of a spec, revisions those of its pod template. */
function rolloutsOf(objects: readonly TestObject[], rolled: readonly TestObject[]): object {
  const workload = objects.find(({ kind }) => kind === 'StatefulSet');
  return { generation: workload?.metadata.generation ?? 0, revisions: rolled.length };
}

interface StatusLike {
  readonly observedGeneration?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly [field: string]: unknown;
}

const statusFields = ['version', 'renderVersion', 'policyRevision', 'url', 'namespace', 'replicas'];

async function statusOf(admin: ApiClient, tenant: string): Promise<unknown> {
  const { status: code, body } = await admin.send({ path: ours('TenantGateway', tenant) });
  if (code === 404) return undefined;
  const { metadata, spec, status } = body as TestObject & { status: StatusLike };
  const { revision } = status as { revision?: { desired?: string; applied?: string; lastGood?: string } };
  return plain({
    spec,
    isObserved: status.observedGeneration === metadata.generation,
    isLastGood: revision?.applied === revision?.desired && revision?.lastGood === revision?.desired,
    conditions: (status.conditions ?? []).map(
      ({ type, status: value, reason, message }) => `${type}=${value} ${reason}: ${message}`,
    ),
    ...Object.fromEntries(statusFields.map((field) => [field, status[field]])),
  });
}

/** Without what the API server chooses, undefined members and nonces. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (key, member: unknown) => (chosenByServer.has(key) ? undefined : member));
  return JSON.parse(text.replaceAll(nonce, 'gateway-token-*'));
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
