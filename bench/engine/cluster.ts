/** A control plane with a node, our kinds, the profile and the bundles: where a fleet comes to life. */
import { setTimeout as sleep } from 'node:timers/promises';
import { crdOf } from '../../constructs/api/crd.ts';
import { kinds } from '../../constructs/api/kinds/registry.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { startPlayground } from '../../playground/control-plane.ts';
import type { Playground } from '../../playground/control-plane.ts';
import { cellKinds, gatewayProfiles, policyBundles, tenantGateways, tokenSecrets } from '../../runner/fleet/kinds.ts';
import { collectionPath, objectPath } from '../../runner/kube/resource.ts';
import type { ResourceKind } from '../../runner/kube/resource.ts';
import { ApiClient } from '../../test/api/support/api-client.ts';
import { sharedObjects } from './managed-fleet.ts';
import { startNodes } from './nodes.ts';
import { Workloads } from './workloads.ts';

/** See above; it ends with its block. */
export interface BenchCluster extends AsyncDisposable {
  readonly playground: Playground;
  /** Administrator over one shared agent. */
  readonly admin: ApiClient;
  readonly workloads: Workloads;
}

/** What the fleet's tenants name and clusters usually have. */
const surroundings: readonly { readonly path: string; readonly body: object }[] = [
  {
    path: '/apis/node.k8s.io/v1/runtimeclasses',
    body: { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'gvisor' }, handler: 'runsc' },
  },
  {
    path: '/apis/scheduling.k8s.io/v1/priorityclasses',
    body: {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'tenant-critical' },
      value: 1000,
    },
  },
  {
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cellwright-system' } },
  },
];

/** Starts one, in about ten seconds once the programs are there. */
export async function startCluster(progress: (line: string) => void): Promise<BenchCluster> {
  await using started = new AsyncDisposableStack();
  const playground = started.use(await startPlayground({ progress }));
  const admin = started.use(new ApiClient(playground.kubeconfigPath, { userAgent: 'cellwright-bench' }));
  const nodes = started.use(await startNodes(playground, { admin, progress }));
  // Whoever waits for a pod would wait for ever.
  for (const { failed } of [playground, nodes]) failed.addEventListener('abort', () => failUncaught(failed));
  for (const definition of kinds) {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await admin.ok({ method: 'POST', path, body: crdOf(definition) });
  }
  for (const resource of [tenantGateways, gatewayProfiles, policyBundles]) {
    while ((await admin.send({ path: collectionPath(resource) })).status !== 200) await sleep(50);
  }
  for (const { path, body } of surroundings) await admin.ok({ method: 'POST', path, body });
  for (const object of sharedObjects()) await create(admin, object);
  const workloads = started.use(await Workloads.follow(playground.kubeconfigPath));
  const running = started.move();
  return { playground, admin, workloads, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Ends the bench with the name of the program that ended first. */
function failUncaught({ reason }: AbortSignal): void {
  setImmediate(() => {
    throw reason as Error;
  });
}

/** POSTs an object of the fleet or of a cell. */
export async function create(admin: ApiClient, object: KubeObject): Promise<void> {
  await admin.ok({ method: 'POST', path: collectionPath(resourceOf(object), object.metadata.namespace), body: object });
}

/** Server-side applies it. */
export async function apply(admin: ApiClient, object: KubeObject): Promise<void> {
  await admin.apply(objectPath(resourceOf(object), object.metadata), object);
}

/** Works on all items, so many at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  { workers }: { readonly workers: number },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

const resources: readonly ResourceKind[] = [...cellKinds, tokenSecrets, tenantGateways, gatewayProfiles, policyBundles];

function resourceOf({ apiVersion, kind }: KubeObject): ResourceKind {
  const found = resources.find((resource) => resource.apiVersion === apiVersion && resource.kind === kind);
  if (found === undefined) throw new RangeError(`no resource for ${kind}`);
  return found;
}
