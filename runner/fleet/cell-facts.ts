/** What is kept of a cell's live objects beside their digest. */
import { isDeepStrictEqual } from 'node:util';
import { organizationLabel } from '../../constructs/cell/labels.ts';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { mountedMaps } from './mounted-maps.ts';
import type { MountingPodSpec } from './mounted-maps.ts';

/** State of the gateway's StatefulSet. */
export interface WorkloadFacts {
  /** Pods that the spec asks for. */
  readonly wanted: number;
  /** Pods that exist. */
  readonly created: number;
  readonly ready: number;
  /** The StatefulSet controller has seen the present spec, and every pod runs it. */
  readonly isRolledOut: boolean;
  /** Sizes of the volumes that new pods get, by the claim template's name. */
  readonly volumes: VolumeSizes;
  /** ConfigMaps that new pods mount, by name. */
  readonly maps: readonly string[];
}

/** `state` → `20Gi`. */
export type VolumeSizes = Readonly<Record<string, string>>;

/** Facts of one object of a cell, by kind. */
export interface CellFacts {
  /** Namespace: the organization that it was made for. */
  readonly organization?: string;
  /** Namespace that is being deleted: what the namespace controller says is left in it. */
  readonly remaining?: string;
  /** StatefulSet: its state. */
  readonly workload?: WorkloadFacts;
  /** ResourceQuota: its ceilings by resource, as written. */
  readonly ceilings?: Ceilings;
  /** ResourceQuota: the API server judges by these ceilings; after a change it takes a moment. */
  readonly isInForce?: boolean;
}

/** `limits.memory` → `6656Mi`. */
export type Ceilings = Readonly<Record<string, string>>;

/** Facts of a live object; empty for kinds whose existence and digest say all. */
export function factsOf(live: LiveObject): CellFacts {
  if (live.kind === 'Namespace') return namespaceFacts(live);
  if (live.kind === 'StatefulSet') return { workload: workloadFacts(live) };
  if (live.kind === 'ResourceQuota') return quotaFacts(live);
  return none;
}

/** One for all, of which there are many. */
const none: CellFacts = {};

/** Conditions with which the namespace controller tells why a namespace does not go. */
const blocking = ['NamespaceContentRemaining', 'NamespaceFinalizersRemaining', 'NamespaceDeletionContentFailure'];

function namespaceFacts({ metadata, ...content }: LiveObject): CellFacts {
  const { conditions = [] } = (content['status'] ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
  const remaining = conditions
    .filter(({ type, status }) => status === 'True' && blocking.includes(type))
    .map(({ type, message = '' }) => remainingText(type, message))
    .join('; ');
  const organization = metadata.labels?.[organizationLabel] ?? '';
  return remaining === '' ? { organization } : { organization, remaining };
}

/**
 * The same words as long as the same kinds and finalizers are left. The namespace controller counts objects and lists them in any order
 * (`Some resources are remaining: pods. has 2 resource instances, …`), and each other text would be a write of the tenant's status.
 */
function remainingText(type: string, message: string): string {
  const left = [...message.matchAll(/([^\s,:]+) (?:has|in) \d+ resource instances/g)].map(([, name = '']) =>
    name.replace(/\.$/, ''),
  );
  if (left.length === 0) return message.replace(/, \d+ remaining/, '');
  const what = type === 'NamespaceFinalizersRemaining' ? 'finalizers' : 'objects';
  return `${what} left: ${[...new Set(left)].sort(byCodeUnit).join(', ')}`;
}

/** What is judged by stands in the status, where the quota controller puts it. */
function quotaFacts(live: LiveObject): CellFacts {
  const ceilings = ceilingsOf(live);
  const inForce = (live['status'] as { readonly hard?: Ceilings } | undefined)?.hard ?? {};
  return { ceilings, isInForce: isDeepStrictEqual(ceilings, inForce) };
}

/** The ceilings of a ResourceQuota, live or wanted. */
export function ceilingsOf(quota: Readonly<Record<string, unknown>>): Ceilings {
  return (quota['spec'] as { readonly hard?: Ceilings } | undefined)?.hard ?? {};
}

interface ClaimTemplateLike {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly resources?: { readonly requests?: { readonly storage?: string } } };
}

/** The sizes that a StatefulSet asks for, live or wanted. */
export function volumesOf(set: Readonly<Record<string, unknown>>): VolumeSizes {
  const { volumeClaimTemplates = [] } = (set['spec'] ?? {}) as {
    readonly volumeClaimTemplates?: readonly ClaimTemplateLike[];
  };
  const sizes = volumeClaimTemplates.map(({ metadata, spec }) => [metadata.name, spec.resources?.requests?.storage]);
  return Object.fromEntries(sizes.filter(([, size]) => size !== undefined) as [string, string][]);
}

/** The parts of apps/v1 StatefulSet that are read. */
interface StatefulSetLike extends LiveObject {
  readonly spec?: { readonly replicas?: number; readonly template?: { readonly spec?: MountingPodSpec } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

function workloadFacts({ metadata, spec = {}, status = {} }: StatefulSetLike): WorkloadFacts {
  const wanted = spec.replicas ?? 1;
  const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return {
    wanted,
    created: status.replicas ?? 0,
    ready: status.readyReplicas ?? 0,
    isRolledOut: isSeen && isOneRevision(status, wanted),
    volumes: volumesOf({ spec }),
    maps: mountedMaps(spec.template?.spec ?? {}),
  };
}

/** currentRevision becomes updateRevision only when every pod of the update is ready; with no pods there is nothing to wait for. */
function isOneRevision(status: NonNullable<StatefulSetLike['status']>, wanted: number): boolean {
  if (wanted === 0) return (status.replicas ?? 0) === 0;
  return status.currentRevision === status.updateRevision && (status.updatedReplicas ?? 0) === wanted;
}
