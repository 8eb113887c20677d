/** What the bench itself sees of StatefulSets, over a watch of its own: how many are ready, and at which revision. */
import { cellKinds } from '../../runner/fleet/kinds.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { ObjectStore } from '../../runner/kube/object-store.ts';
import type { Stored } from '../../runner/kube/object-store.ts';
import { Reflector } from '../../runner/kube/reflector.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import type { ResourceKind } from '../../runner/kube/resource.ts';

/** Follows all objects of a kind until it is disposed of. */
export async function followKind<Entry extends Stored>(
  kubeconfig: string,
  kind: string,
  subject: { readonly project: (live: LiveObject) => Entry; readonly store: ObjectStore<Entry> },
): Promise<AsyncDisposable> {
  const resource: ResourceKind | undefined = cellKinds.find((known) => known.kind === kind);
  if (resource === undefined) throw new RangeError(`no kind ${kind} in a cell`);
  const transport = createTransport(loadCluster({ kubeconfig }), { userAgent: 'cellwright-bench', clock: systemClock });
  const client = new KubeClient(transport.send, () => undefined);
  const end = new AbortController();
  const deps = { client, clock: systemClock, random: Math.random, observe: () => undefined };
  const reflector = new Reflector({ resource, ...subject }, deps);
  const done = reflector.run(end.signal);
  await reflector.synced;
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await done;
      await transport.close();
    },
  };
}

interface Workload extends Stored {
  readonly isReady: boolean;
  readonly revision: string;
}

interface StatefulSet extends LiveObject {
  readonly spec: { readonly replicas: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

/** See above. */
export class Workloads implements AsyncDisposable {
  readonly #store: ObjectStore<Workload>;
  #following: AsyncDisposable | undefined;
  #ready = 0;
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;

  private constructor() {
    this.#store = new ObjectStore((before, after) => this.#changed(before, after));
  }

  static async follow(kubeconfig: string): Promise<Workloads> {
    const workloads = new Workloads();
    workloads.#following = await followKind(kubeconfig, 'StatefulSet', { project, store: workloads.#store });
    return workloads;
  }

  /** StatefulSets whose every pod is of the wanted revision and ready. */
  get ready(): number {
    return this.#ready;
  }

  /** Settles when so many are ready. */
  async untilReady(count: number): Promise<void> {
    if (this.#ready >= count) return;
    await new Promise<void>((resolve) => {
      this.#waiting = { count, resolve };
    });
  }

  /** Revision of each by namespace. */
  revisions(): ReadonlyMap<string, string> {
    return new Map([...this.#store.values()].map(({ namespace = '', revision }) => [namespace, revision]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#following?.[Symbol.asyncDispose]();
  }

  #changed(before: Workload | undefined, after: Workload | undefined): void {
    this.#ready += Number(after?.isReady === true) - Number(before?.isReady === true);
    if (this.#waiting === undefined || this.#ready < this.#waiting.count) return;
    this.#waiting.resolve();
    this.#waiting = undefined;
  }
}

function project(live: LiveObject): Workload {
  const { metadata, spec, status = {} } = live as StatefulSet;
  const { name, namespace, uid, resourceVersion, generation = 0 } = metadata;
  const isReady =
    (status.observedGeneration ?? 0) >= generation &&
    status.readyReplicas === spec.replicas &&
    status.updatedReplicas === spec.replicas &&
    status.currentRevision === status.updateRevision;
  return { name, namespace, uid, resourceVersion, isReady, revision: status.updateRevision ?? '' };
}
