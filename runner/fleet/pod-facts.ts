/** What is kept of gateway pods: which are not ready, and why. */
import type { LiveObject } from '../kube/live-object.ts';
import type { Stored } from '../kube/object-store.ts';
import { mountedMaps } from './mounted-maps.ts';
import type { MountingPodSpec } from './mounted-maps.ts';

/** One gateway pod. */
export interface PodFacts extends Stored {
  readonly tenant: string | undefined;
  /** Why it is not ready, in a few words that do not change while nothing changes; undefined when it is. */
  readonly problem: string | undefined;
  /** The problem is one that waiting may not solve; every pod shuts down and starts at times. */
  readonly inTrouble: boolean;
  /** A Secret without which a container cannot start. */
  readonly missingSecret: string | undefined;
  /** ConfigMaps that it mounts, by name. */
  readonly maps: readonly string[];
}

/** The parts of a core/v1 Pod that are read. */
interface PodLike extends LiveObject {
  readonly spec?: MountingPodSpec & { readonly nodeName?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly initContainerStatuses?: readonly ContainerLike[];
    readonly containerStatuses?: readonly ContainerLike[];
  };
}

interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
}

interface ContainerLike {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

/** Projects a pod. */
export function podFacts(live: PodLike, tenant: string | undefined): PodFacts {
  const { name, namespace, uid, resourceVersion } = live.metadata;
  const problem = podProblem(live);
  return {
    name,
    namespace,
    uid,
    resourceVersion,
    tenant,
    problem,
    inTrouble: problem !== undefined && !isOrdinary(problem),
    missingSecret: missingSecret(live),
    maps: mountedMaps(live.spec ?? {}),
  };
}

/** Ends of problems that each start and end of a pod goes through. */
const ordinary = ['is shutting down', 'is starting', 'is being prepared', 'is not ready yet'];

function isOrdinary(problem: string): boolean {
  return ordinary.some((end) => problem.endsWith(end));
}

function podProblem(pod: PodLike): string | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return 'is shutting down';
  const conditions = pod.status?.conditions ?? [];
  if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return undefined;
  if (pod.spec?.nodeName === undefined) {
    const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
    return `is on no node: ${scheduled?.message ?? 'no scheduler has judged it (has the cluster nodes and a scheduler?)'}`;
  }
  return containerProblem(pod) ?? 'is starting';
}

function containerProblem({ status }: PodLike): string | undefined {
  const inits = status?.initContainerStatuses ?? [];
  // Init containers run one after the other: the first that is not through holds up the rest.
  const stuck = inits.find(
    ({ ready, started, state }) => ready !== true && started !== true && state?.terminated?.exitCode !== 0,
  );
  const first =
    stuck ??
    [...inits, ...(status?.containerStatuses ?? [])].find(
      ({ ready, state }) => ready !== true && state?.terminated?.exitCode !== 0,
    );
  return first && `container ${first.name} ${stateOf(first)}`;
}

const configError = 'CreateContainerConfigError';
const pullReasons = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']);

function stateOf(container: ContainerLike): string {
  const { image = '', state } = container;
  const waiting = state?.waiting;
  const ended = endOf(container);
  // The kubelet's texts for these two count attempts and seconds: they would make a new status each time.
  if (pullReasons.has(waiting?.reason ?? '')) return `cannot pull its image ${image}`;
  if (ended !== undefined) return `ended with exit code ${ended.exitCode} (${ended.reason ?? 'Error'})`;
  return waiting === undefined ? 'is not ready yet' : waitingText(waiting);
}

/** How it ended, unless what it waits for now says more: that it waits out a back-off does not. */
function endOf({ state, lastState }: ContainerLike): Terminated | undefined {
  if (state?.waiting?.reason === configError) return undefined;
  return state?.terminated ?? lastState?.terminated;
}

function waitingText({ reason = '', message }: { readonly reason?: string; readonly message?: string }): string {
  return message === undefined ? 'is being prepared' : `waits: ${reason}: ${message}`;
}

/**
 * The kubelet's texts for a Secret that is not there, and for one without the key (pkg/kubelet/kubelet_pods.go). It says so in
 * words only; that the name must be the one of a Secret of ours is the caller's to check.
 */
const missingTexts = [/secrets? "([^"]+)" not found/, /couldn't find key \S+ in Secret [^\s/]+\/(\S+)/];

function missingSecret({ status }: PodLike): string | undefined {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
    .flatMap(({ state }) => (state?.waiting?.reason === configError ? [state.waiting.message ?? ''] : []))
    .flatMap((message) => missingTexts.map((text) => text.exec(message)?.[1]))
    .find((name) => name !== undefined);
}
