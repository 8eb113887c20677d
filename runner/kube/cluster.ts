/**
 * Which cluster, said by name. Nothing here reads KUBECONFIG or ~/.kube/config: a runner that writes must not
 * reach a cluster that nobody named.
 */
import { existsSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { useTokenFiles } from './token-files.ts';

const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** A cluster that was named, with the identity to use there. */
export interface Cluster {
  readonly config: KubeConfig;
  /** URL of the API server, without a slash at the end. */
  readonly server: string;
  /** Namespace of the context; in a pod, that of the pod. */
  readonly namespace: string | undefined;
  /** For people: `context kind-dev of ./kubeconfig (https://127.0.0.1:6443)`. */
  readonly description: string;
}

/** How a cluster is named. */
export interface ClusterChoice {
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string | undefined;
  /**
   * Context in that file.
   * @default - the file's current-context
   */
  readonly context?: string | undefined;
  /**
   * Use the ServiceAccount of the pod that this runs in.
   * @default - true in a pod when no kubeconfig is named
   */
  readonly inCluster?: boolean | undefined;
}

/** No cluster was named, or the one that was named cannot be used. */
export class ClusterChoiceError extends Error {
  readonly code = 'cluster.choice';

  constructor(problem: string, fix: string, cause?: unknown) {
    super(`${problem}: ${fix}`, { cause });
    this.name = 'ClusterChoiceError';
  }
}

/**
 * The cluster of a kubeconfig file, else that of the pod.
 * @throws ClusterChoiceError with what to name instead
 */
export function loadCluster(choice: ClusterChoice): Cluster {
  if (choice.kubeconfig !== undefined) return fromFile(choice.kubeconfig, choice.context);
  if (choice.inCluster ?? runsInPod()) return fromPod();
  throw new ClusterChoiceError(
    'No cluster is named',
    'give --kubeconfig FILE (KUBECONFIG and ~/.kube/config are not read)',
  );
}

function runsInPod(): boolean {
  return process.env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(tokenFile);
}

function fromPod(): Cluster {
  if (!runsInPod()) {
    throw new ClusterChoiceError(
      'This is no pod with a ServiceAccount token',
      `give --kubeconfig FILE, or set automountServiceAccountToken so that ${tokenFile} exists`,
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster();
  const server = serverOf(config, 'the pod');
  return { config, server, namespace: namespaceOf(config), description: `the cluster of this pod (${server})` };
}

function fromFile(file: string, context: string | undefined): Cluster {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
    useTokenFiles(config, file);
  } catch (error) {
    throw new ClusterChoiceError(`The kubeconfig ${file} cannot be read`, 'name a kubeconfig file', error);
  }
  if (context !== undefined) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context)) {
      throw new ClusterChoiceError(
        `The kubeconfig ${file} has no context ${JSON.stringify(context)}`,
        `use one of ${known.join(', ') || '(it has none)'}`,
      );
    }
    config.setCurrentContext(context);
  }
  const server = serverOf(config, file);
  return {
    config,
    server,
    namespace: namespaceOf(config),
    description: `context ${config.getCurrentContext()} of ${file} (${server})`,
  };
}

function namespaceOf(config: KubeConfig): string | undefined {
  return config.getContextObject(config.getCurrentContext())?.namespace?.trim();
}

function serverOf(config: KubeConfig, source: string): string {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined || server === '') {
    throw new ClusterChoiceError(
      `The current context of ${source} names no cluster`,
      'give --context NAME, or set current-context and its cluster in the file',
    );
  }
  return server.replace(/\/+$/, '');
}
