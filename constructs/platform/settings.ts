/** The platform's settings: what a cluster decides, and the defaults for the rest. */
import type { Peer } from '../cell/settings/cell-settings.ts';
import { platformNames } from './labels.ts';

/** CPU and memory of one runner pod. There is never a CPU limit: throttled, a leader would lose its lease. */
export interface RunnerResources {
  /**
   * CPU that is set aside.
   * @default '100m'
   */
  readonly cpu?: string;
  /**
   * Memory that is set aside.
   * @default '256Mi'
   */
  readonly memory?: string;
  /**
   * Memory at which a pod is stopped. Each thousand tenants take about 40 MB, and opa up to 346 MiB while it judges hostile Rego.
   * @default '1Gi'
   */
  readonly memoryLimit?: string;
}

/** Where the API server answers, as a NetworkPolicy sees it: after the `kubernetes` Service was resolved to an endpoint. */
export interface ApiServerAddress {
  /**
   * Blocks that its endpoints lie in. Cilium takes API servers and nodes for entities, not for addresses, and lets no block match them
   * (unless its `policy-cidr-match-mode` says `nodes`): leave it out there.
   * @default - every address: managed API servers have public ones, and no policy can select them by name
   */
  readonly cidrs?: readonly string[];
  /**
   * Ports of its endpoints.
   * @default - 443 (managed), 6443 (kubeadm, kind, k3s) and 8443 (minikube)
   */
  readonly ports?: readonly number[];
}

/** Where the runner's pods may run; fields of core/v1 Toleration as they are. */
export interface RunnerToleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Who besides the runner may change what guards tenants: names as the API server sees them (`kubectl auth whoami`). */
export interface AdmissionProps {
  /**
   * Accounts that apply rendered tenants from Git, `system:serviceaccount:argocd:argocd-application-controller` for example.
   * @default - those of Argo CD and Flux where their own manifests put them
   */
  readonly gitOpsAccounts?: readonly string[];
  /**
   * Accounts of controllers outside `kube-system` that write what guards tenants: an ingress controller that puts finalizers on
   * an Ingress, for example. Those of Kubernetes itself are known.
   * @default - none
   */
  readonly controllerAccounts?: readonly string[];
  /**
   * Groups of people who may do everything in an emergency.
   * @default ['system:masters']
   */
  readonly breakGlassGroups?: readonly string[];
  /**
   * Blocks of addresses that the API server calls the webhook from. On Cilium they match no node and no API server, as above.
   * Set it where they are known: what a verdict says names tenants and hosts.
   * @default - every address: calls come from control plane nodes, or from pods or addresses of the cloud in their place
   */
  readonly callerCidrs?: readonly string[];
  /**
   * Keys of labels and annotations that this fleet's `extendCell` puts on namespaces, and of annotations on ServiceAccounts, Services,
   * StatefulSets, their pods and claims, Ingresses, HTTPRoutes and PodMonitors. Clouds, meshes and other products give rights by such
   * keys, so the runner puts on no others. An Ingress annotation that a controller takes as configuration (`…-snippet`) is named here as
   * well as in the profile.
   * @default - none
   */
  readonly extensionKeys?: readonly string[];
  /**
   * What only profiles may give to tenants (`defaults.scheduling`), and some profile of this fleet does: keys of taints and labels of nodes
   * that run the cluster (`node-role.kubernetes.io/control-plane`), `*` for a toleration without a key, priorities `system-…`.
   * @default - none: the API server refuses them to the runner
   */
  readonly clusterScheduling?: readonly string[];
}

/** Props of `Platform`. */
export interface PlatformProps {
  /** Version of Cellwright that is installed; it becomes the tag of the image. */
  readonly version: string;
  /**
   * Namespace of the runner.
   * @default 'cellwright-system'
   */
  readonly namespace?: string;
  /**
   * Image of the runner with tag or digest.
   * @default - `ghcr.io/cellwright/runner:<version>`
   */
  readonly image?: string;
  /**
   * Secrets with registry credentials, in the runner's namespace.
   * @default - none
   */
  readonly imagePullSecrets?: readonly string[];
  /**
   * Runner pods: one works, the others stand by.
   * @default 2
   */
  readonly replicas?: number;
  /** @default - see {@link RunnerResources} */
  readonly resources?: RunnerResources;
  /**
   * Labels that a node must have.
   * @default - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Taints that the pods tolerate.
   * @default - none
   */
  readonly tolerations?: readonly RunnerToleration[];
  /**
   * PriorityClass of the pods; the cluster must have it.
   * @default - the cluster's default class
   */
  readonly priorityClassName?: string;
  /** @default - see {@link ApiServerAddress} */
  readonly apiServer?: ApiServerAddress;
  /**
   * Pods that may read the metrics.
   * @default - every pod of namespace `monitoring`
   */
  readonly scrapers?: readonly Peer[];
  /** @default - see {@link AdmissionProps} */
  readonly admission?: AdmissionProps;
  /**
   * What enforces NetworkPolicies where no object of the cluster shows it, `k3s` for example. It installs nothing: `cellwright doctor`
   * tells it as stated, not seen.
   * @default - what the cluster's DaemonSets show
   */
  readonly networkPlugin?: string;
}

/** Props with every default filled in. */
export type PlatformSettings = Required<
  Omit<PlatformProps, 'resources' | 'apiServer' | 'priorityClassName' | 'admission' | 'networkPlugin'>
> & {
  readonly resources: Required<RunnerResources>;
  /** Without `cidrs` it may be anywhere. */
  readonly apiServer: { readonly cidrs: readonly string[] | undefined; readonly ports: readonly number[] };
  readonly priorityClassName: string | undefined;
  readonly admission: Required<AdmissionProps>;
  readonly networkPlugin: string | undefined;
};

const gitOpsAccounts = [
  'system:serviceaccount:argocd:argocd-application-controller',
  'system:serviceaccount:flux-system:kustomize-controller',
] as const;

/** Fills in the defaults. */
export function resolvePlatform(props: PlatformProps): PlatformSettings {
  return {
    version: props.version,
    namespace: props.namespace ?? platformNames.namespace,
    image: props.image ?? `ghcr.io/cellwright/runner:${imageTag(props.version)}`,
    imagePullSecrets: props.imagePullSecrets ?? [],
    replicas: props.replicas ?? 2,
    resources: { cpu: '100m', memory: '256Mi', memoryLimit: '1Gi', ...props.resources },
    nodeSelector: props.nodeSelector ?? {},
    tolerations: props.tolerations ?? [],
    priorityClassName: props.priorityClassName,
    apiServer: { cidrs: undefined, ports: [443, 6443, 8443], ...props.apiServer },
    scrapers: props.scrapers ?? [{ namespace: 'monitoring' }],
    admission: {
      gitOpsAccounts,
      controllerAccounts: [],
      breakGlassGroups: ['system:masters'],
      callerCidrs: [],
      extensionKeys: [],
      clusterScheduling: [],
      ...props.admission,
    },
    networkPlugin: props.networkPlugin,
  };
}

/** An image tag has no `+` (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests). */
function imageTag(version: string): string {
  return version.replaceAll('+', '_');
}
