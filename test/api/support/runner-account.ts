/** The runner's own ServiceAccount: real tokens of it, and no other right than those that the platform gives it. */
import { platformNames } from '../../../constructs/platform/labels.ts';
import { loadCluster } from '../../../runner/kube/cluster.ts';
import type { Cluster } from '../../../runner/kube/cluster.ts';
import { accountKubeconfig } from './account-kubeconfig.ts';
import type { ApiClient } from './api-client.ts';
import type { TestControlPlane } from './control-plane.ts';

/** A client with a token of the runner's account, as somebody has it who stole it: its user agent is not the runner's. */
export function runnerClient(plane: TestControlPlane): Promise<ApiClient> {
  return plane.serviceAccount(platformNames.namespace, platformNames.runner);
}

/** A kubeconfig with a token of the account. */
export function runnerKubeconfig(plane: TestControlPlane): Promise<string> {
  const { namespace, runner: account } = platformNames;
  return accountKubeconfig(plane, { namespace, account, folder: plane.dir });
}

/** The cluster as the runner's pods see it. */
export async function runnerCluster(plane: TestControlPlane): Promise<Cluster> {
  return loadCluster({ kubeconfig: await runnerKubeconfig(plane) });
}
