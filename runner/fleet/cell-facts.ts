/** What is kept of a cell's live objects beside their digest. */
import { organizationLabel } from '../../constructs/cell/labels.ts';
import type { LiveObject } from '../kube/live-object.ts';

/** State of the gateway's StatefulSet. */
export interface WorkloadFacts {
  /** Pods that the spec asks for. */
  readonly wanted: number;
  /** Pods that exist. */
  readonly created: number;
  readonly ready: number;
  /** The StatefulSet controller has seen the present spec, and every pod runs it. */
  readonly isRolledOut: boolean;
  /** ConfigMaps that the pod template mounts; their names carry the hash of config, policy and guard. */
  readonly configMaps: readonly string[];
}

/** Facts of one object of a cell, by kind. */
export interface CellFacts {
  /** Namespace: the organization that it was made for. */
  readonly organization?: string;
  /** StatefulSet: its state. */
  readonly workload?: WorkloadFacts;
}

/** Facts of a live object; empty for kinds whose existence and digest say all. */
export function factsOf(live: LiveObject): CellFacts {
  if (live.kind === 'Namespace') return { organization: live.metadata.labels?.[organizationLabel] ?? '' };
  if (live.kind === 'StatefulSet') return { workload: workloadFacts(live) };
  return {};
}

interface VolumeLike {
  readonly configMap?: { readonly name?: string };
  readonly projected?: { readonly sources?: readonly { readonly configMap?: { readonly name?: string } }[] };
}

/** The parts of apps/v1 StatefulSet that are read. */
interface StatefulSetLike extends LiveObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: { readonly volumes?: readonly VolumeLike[] } };
  };
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
    configMaps: (spec.template?.spec?.volumes ?? []).flatMap(configMapsOf),
  };
}

/** currentRevision becomes updateRevision only when every pod of the update is ready; with no pods there is nothing to wait for. */
function isOneRevision(status: NonNullable<StatefulSetLike['status']>, wanted: number): boolean {
  if (wanted === 0) return (status.replicas ?? 0) === 0;
  return status.currentRevision === status.updateRevision && (status.updatedReplicas ?? 0) === wanted;
}

function configMapsOf({ configMap, projected }: VolumeLike): string[] {
  const sources = [configMap, ...(projected?.sources ?? []).map((source) => source.configMap)];
  return sources.flatMap((source) => source?.name ?? []);
}
