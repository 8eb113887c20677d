/** Pods and what makes them, as far as an audit looks. */
import { isDeepStrictEqual } from 'node:util';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Found } from '../finding.ts';

/** One container; what is not named here is compared as a whole. */
export interface ContainerLike {
  readonly name: string;
  readonly image?: string;
  readonly volumeMounts?: readonly { readonly mountPath?: string }[];
  readonly [field: string]: unknown;
}

export interface VolumeLike {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName?: string };
}

/** Of a pod, or of the template of one. */
export interface PodSpecLike {
  readonly serviceAccountName?: string;
  readonly containers?: readonly ContainerLike[];
  readonly initContainers?: readonly ContainerLike[];
  readonly ephemeralContainers?: readonly ContainerLike[];
  readonly volumes?: readonly VolumeLike[];
  readonly tolerations?: readonly { readonly key?: string }[];
  readonly [field: string]: unknown;
}

/** What an object that has a controller says of it. */
export interface Owned extends LiveObject {
  readonly metadata: LiveObject['metadata'] & {
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly uid: string;
      readonly controller?: boolean;
    }[];
  };
}

export interface PodLike extends Owned {
  readonly spec?: PodSpecLike;
}

/** Something that makes pods from a template. */
export interface WorkloadLike extends Owned {
  readonly spec?: { readonly template?: { readonly spec?: PodSpecLike } };
}

/** The owner that manages the object. */
export function controllerOf({ metadata }: Owned): { readonly kind: string; readonly uid: string } | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Debug containers, which see files, tokens and memory of what runs beside them. */
export function ephemeralContainers(pod: PodLike): Found[] {
  return (pod.spec?.ephemeralContainers ?? []).map(({ name, image = '' }) => ({
    id: 'foreign.ephemeral-container',
    object: refOf(pod),
    why: `container ${name} (${image}) was put into it`,
  }));
}

/** Fields of a container that decide what runs and what it reaches; admission completes others (resources, for example). */
const containerFields = [
  'image',
  'command',
  'args',
  'env',
  'envFrom',
  'securityContext',
  'lifecycle',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'restartPolicy',
  'volumeDevices',
  'workingDir',
] as const;

const podFields = [
  'serviceAccountName',
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'hostUsers',
  'shareProcessNamespace',
  'securityContext',
  'hostAliases',
  'dnsPolicy',
  'dnsConfig',
  'runtimeClassName',
] as const;

/** Where Kubernetes mounts the token of an account whose pods have one. */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Fields in which a pod is not as its template makes it, as the API server completed both. */
export function fieldsUnlike(pod: PodSpecLike, template: PodSpecLike): string[] {
  const fields = podFields.filter((field) => !isDeepStrictEqual(pod[field], template[field]));
  return [
    ...fields,
    ...(toleratesMore(pod, template) ? ['tolerations'] : []),
    ...containersUnlike('initContainers', pod, template),
    ...containersUnlike('containers', pod, template),
  ];
}

/** Kubernetes adds some for nodes in trouble, and those of a runtime class. */
function toleratesMore(pod: PodSpecLike, template: PodSpecLike): boolean {
  const tolerationsOf = (spec: PodSpecLike): readonly { readonly key?: string }[] => spec.tolerations ?? [];
  const more = tolerationsOf(pod).filter(
    (one) => !tolerationsOf(template).some((wanted) => isDeepStrictEqual(wanted, one)),
  );
  const isRuntimes = pod['runtimeClassName'] !== undefined;
  return !isRuntimes && more.some(({ key = '' }) => !key.startsWith('node.kubernetes.io/'));
}

function containersUnlike(list: 'containers' | 'initContainers', pod: PodSpecLike, template: PodSpecLike): string[] {
  const wanted = new Map((template[list] ?? []).map((one) => [one.name, one]));
  const found = pod[list] ?? [];
  const missing = [...wanted.keys()].filter((name) => !found.some((one) => one.name === name));
  return [
    ...found.flatMap((one) =>
      containerUnlike(one, wanted.get(one.name)).map((field) => `${list}[${one.name}]${field}`),
    ),
    ...missing.map((name) => `${list}[${name}]`),
  ];
}

function containerUnlike(found: ContainerLike, wanted: ContainerLike | undefined): string[] {
  if (wanted === undefined) return [''];
  const isSame = (field: string): boolean => isDeepStrictEqual(found[field], wanted[field]);
  return [
    ...containerFields.filter((field) => !isSame(field)).map((field) => `.${field}`),
    ...(isDeepStrictEqual(mountsOf(found), mountsOf(wanted)) ? [] : ['.volumeMounts']),
  ];
}

function mountsOf({ volumeMounts = [] }: ContainerLike): unknown[] {
  return volumeMounts.filter(({ mountPath }) => mountPath !== tokenPath);
}

/** Volumes of a pod that its template does not have. */
export function volumesUnlike(
  pod: PodSpecLike,
  template: PodSpecLike,
  isAdded: (volume: VolumeLike) => boolean,
): string[] {
  return (pod.volumes ?? [])
    .filter((volume) => !isAdded(volume))
    .filter((volume) => !(template.volumes ?? []).some((one) => isDeepStrictEqual(one, volume)))
    .map(({ name }) => `volumes[${name}]`);
}
