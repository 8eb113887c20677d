/** How the platform lies in `dist/platform/`: few files by concern, whose names sort in apply order. */
import type { KubeObject } from '../synth/kube-object.ts';

/** A file of `dist/platform/`. */
export const platformFileNames = [
  '00-crds.yaml',
  '10-namespace.yaml',
  '20-rbac.yaml',
  '25-admission.yaml',
  '30-runner.yaml',
] as const;
export type PlatformFileName = (typeof platformFileNames)[number];

/** A file and what it holds, in apply order. */
export interface PlatformFile {
  readonly name: PlatformFileName;
  readonly objects: readonly KubeObject[];
}

const fileOfKind: Readonly<Record<string, PlatformFileName>> = {
  CustomResourceDefinition: '00-crds.yaml',
  Namespace: '10-namespace.yaml',
  ServiceAccount: '20-rbac.yaml',
  ClusterRole: '20-rbac.yaml',
  ClusterRoleBinding: '20-rbac.yaml',
  Role: '20-rbac.yaml',
  RoleBinding: '20-rbac.yaml',
  ValidatingAdmissionPolicy: '25-admission.yaml',
  ValidatingAdmissionPolicyBinding: '25-admission.yaml',
  ValidatingWebhookConfiguration: '25-admission.yaml',
  NetworkPolicy: '30-runner.yaml',
  Service: '30-runner.yaml',
  PodDisruptionBudget: '30-runner.yaml',
  Deployment: '30-runner.yaml',
};

/**
 * The objects of the platform by file; the order inside a file is that of the objects.
 * @throws RangeError for a kind that no file is meant for
 */
export function platformFiles(objects: readonly KubeObject[]): readonly PlatformFile[] {
  const placed = objects.map((object) => ({ file: fileOf(object), object }));
  return platformFileNames.map((name) => ({
    name,
    objects: placed.filter(({ file }) => file === name).map(({ object }) => object),
  }));
}

function fileOf({ kind, metadata }: KubeObject): PlatformFileName {
  const name = fileOfKind[kind];
  if (name === undefined) {
    throw new RangeError(
      `${kind} ${metadata.name} has no file in dist/platform: name one in constructs/platform/platform-files.ts`,
    );
  }
  return name;
}
