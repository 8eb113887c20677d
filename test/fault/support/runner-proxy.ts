/** A proxy in front of a control plane on which the platform is installed. */
import type { TestControlPlane } from '../../api/support/control-plane.ts';
import { runnerKubeconfig } from '../../api/support/runner-account.ts';
import { FaultProxy } from './fault-proxy.ts';

/** Whoever comes by its kubeconfig has the rights of the runner's account. @param name tells proxies of one control plane apart */
export async function startRunnerProxy(plane: TestControlPlane, name?: string): Promise<FaultProxy> {
  return FaultProxy.start({ dir: plane.dir, kubeconfigPath: await runnerKubeconfig(plane) }, name);
}
