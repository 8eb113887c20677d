/** The part of a pod that the tests run, as synthesis renders it. */
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';

/** One container, an init step or a sidecar. */
export interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

/** A probe by HTTP; the port is a number or the name of one of the container's. */
export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number | string };
}

/** A volume: files of a ConfigMap or of Secrets, or else an empty folder. */
export interface Volume {
  readonly name: string;
  readonly projected?: { readonly sources: readonly { readonly secret: SecretSource }[] };
  readonly configMap?: { readonly name: string; readonly items: readonly { key: string; path: string }[] };
}

/** Keys of a Secret as files. */
export interface SecretSource {
  readonly name: string;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

/** A pod and the volumes it claims. */
export interface PodSpec {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** Names of the volumes that are claims. */
  readonly claims: readonly string[];
}

/** The pod of the one StatefulSet among the objects. */
export function podSpecOf(objects: readonly KubeObject[]): PodSpec {
  const [workload, ...more] = objects.filter(({ kind }) => kind === 'StatefulSet');
  if (workload === undefined || more.length > 0) {
    throw new Error(`a cell has one StatefulSet, got ${more.length + (workload === undefined ? 0 : 1)}`);
  }
  const { template, volumeClaimTemplates } = workload['spec'] as {
    readonly template: { readonly spec: Omit<PodSpec, 'claims'> };
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
  };
  return { ...template.spec, claims: volumeClaimTemplates.map(({ metadata }) => metadata.name) };
}
