/** The programs of the control plane, pinned. */
import path from 'node:path';
import { cacheDirectory } from '../user-directories.ts';

/** What every playground runs. */
export type ControlPlaneProgram = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

/** One program and how it is built from source. */
export interface Component<Name extends string = string> {
  readonly name: Name;
  readonly version: string;
  /** Folder of the Go module that builds it, below `playground/build`. */
  readonly module: string;
  /** What `go build` is asked for inside the module. */
  readonly target: string;
  readonly ldflags: string;
  /** About how many minutes its first build takes on two cores, downloads included. */
  readonly minutes: number;
}

/** Kubernetes version of the playground, without `v`. */
export const kubernetesVersion = '1.34.4';
const etcdVersion = '3.6.16';

const kubernetesFlags = [
  '-s -w',
  `-X k8s.io/component-base/version.gitVersion=v${kubernetesVersion}`,
  '-X k8s.io/component-base/version.gitMajor=1',
  '-X k8s.io/component-base/version.gitMinor=34',
].join(' ');

/** The three programs in the order in which they start. */
export const components: readonly Component<ControlPlaneProgram>[] = [
  { name: 'etcd', version: etcdVersion, module: 'etcd', target: '.', ldflags: '-s -w', minutes: 1 },
  {
    name: 'kube-apiserver',
    version: kubernetesVersion,
    module: 'kubernetes',
    target: 'k8s.io/kubernetes/cmd/kube-apiserver',
    ldflags: kubernetesFlags,
    minutes: 6,
  },
  {
    name: 'kube-controller-manager',
    version: kubernetesVersion,
    module: 'kubernetes',
    target: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    ldflags: kubernetesFlags,
    minutes: 2,
  },
];

/** Not part of a playground, which has no node: measurements start it beside one. */
export const scheduler: Component = {
  name: 'kube-scheduler',
  version: kubernetesVersion,
  module: 'kubernetes',
  target: 'k8s.io/kubernetes/cmd/kube-scheduler',
  ldflags: kubernetesFlags,
  minutes: 1,
};

/**
 * Where a component lies in the per-user cache. Version and platform are part of the name, so that neither an upgrade nor a
 * home folder shared between machines runs the wrong program.
 */
export function cachedPath(
  environment: NodeJS.ProcessEnv,
  { name, version }: Pick<Component, 'name' | 'version'>,
): string {
  return path.join(cacheDirectory(environment), 'bin', `${name}-${version}-${process.platform}-${process.arch}`);
}
