/** Nodes and priorities that are not for tenants. A profile may name them for all of its tenants. */
import type { Problem } from '../api/problem.ts';
import { quote } from '../api/validate/quote.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

/**
 * Taints and labels of the nodes that run the cluster (https://kubernetes.io/docs/reference/labels-annotations-taints/; `etcd` is
 * RKE's, `CriticalAddonsOnly` that of the system pools of managed clusters).
 */
export const clusterNodes: readonly string[] = [
  'CriticalAddonsOnly',
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/etcd',
  'node-role.kubernetes.io/master',
];

/** Priorities of the cluster's own pods, which push all others off a node. */
export const clusterPriorities = 'system-';

/** What a tenant asks for itself and may not. */
export function schedulingProblems({ tenant }: TenantInput): Problem[] {
  const { nodeSelector = {}, priorityClassName, tolerations = [] } = tenant.spec.scheduling ?? {};
  return [
    ...tolerations.flatMap(({ key }, index) => tolerationProblems(key, `spec.scheduling.tolerations[${index}]`)),
    ...Object.keys(nodeSelector)
      .filter((key) => clusterNodes.includes(key))
      .map((key) => controlPlane('spec.scheduling.nodeSelector', `the label ${key} selects nodes`)),
    ...(priorityClassName?.startsWith(clusterPriorities) === true
      ? [
          {
            code: 'isolation.system-priority',
            path: 'spec.scheduling.priorityClassName',
            message: `${quote(priorityClassName)} is a priority of the cluster's own pods, which pushes others off a node`,
            fix: 'name a PriorityClass that was made for tenants',
          },
        ]
      : []),
  ];
}

function tolerationProblems(key: string | undefined, path: string): Problem[] {
  if (key === undefined) {
    return [controlPlane(path, 'a toleration without a key reaches nodes')];
  }
  return clusterNodes.includes(key) ? [controlPlane(path, `the taint ${key} keeps pods from nodes`)] : [];
}

function controlPlane(path: string, what: string): Problem {
  return {
    code: 'isolation.control-plane',
    path,
    message: `${what} that run the cluster itself`,
    fix: 'name the taint and the label of a node pool for tenants, or ask for it in defaults.scheduling of the profile (and platform.admission.clusterScheduling)',
  };
}
