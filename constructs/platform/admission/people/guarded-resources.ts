/** What lies around a tenant in its namespace, and so is not the tenant's own to change. */
import { emittedKinds } from '../../../synth/emitted-kinds.ts';
import type { MatchedRequests } from '../admission-policy.ts';

/** Kinds of which a tenant may have objects beside ours. */
export const sharedKinds: readonly string[] = ['ConfigMap', 'ServiceAccount'];

/**
 * Beside what cells are made of. Whoever runs a workload of their own in a cell, or under its address, is not asked by the guard.
 */
const others: Readonly<Record<string, readonly string[]>> = {
  v1: [
    // What is in force of a quota is in its status.
    'resourcequotas/status',
    // Addresses of a load balancer, which proxies believe (CVE-2020-8554).
    'services/status',
    'endpoints',
    'replicationcontrollers',
    'replicationcontrollers/scale',
    'pods/resize',
  ],
  'discovery.k8s.io/v1': ['endpointslices'],
  'apps/v1': [
    'statefulsets/scale',
    // Adopted by a StatefulSet whose labels they carry.
    'controllerrevisions',
    'daemonsets',
    'deployments',
    'deployments/scale',
    'replicasets',
    'replicasets/scale',
  ],
  'batch/v1': ['cronjobs', 'jobs'],
  'autoscaling/v2': ['horizontalpodautoscalers'],
};

/**
 * Of other projects, where the cluster has them: what widens a network, leads to the gateway from outside, or scales it. Kinds are
 * named where a group has others, too, that a controller of unknown name keeps up to date. docs/guides/access.md tells which
 * products write such objects by themselves, and under which account.
 */
const foreign: Readonly<Record<string, readonly string[]>> = {
  'autoscaling.k8s.io': ['verticalpodautoscalers'],
  // Not CiliumEndpoints: Cilium writes them under an account of any namespace, and without them the other nodes do not know the pods.
  'cilium.io': ['ciliumenvoyconfigs', 'ciliumlocalredirectpolicies', 'ciliumnetworkpolicies'],
  'crd.antrea.io': ['*'],
  'crd.projectcalico.org': ['*'],
  'elbv2.k8s.aws': ['targetgroupbindings'],
  'gateway.networking.k8s.io': ['*'],
  'gateway.networking.x-k8s.io': ['*'],
  'k8s.nginx.org': ['*'],
  'keda.sh': ['scaledjobs', 'scaledobjects'],
  'multicluster.x-k8s.io': ['serviceexports'],
  'networking.gke.io': ['fqdnnetworkpolicies', 'gcpbackendpolicies', 'gcpgatewaypolicies'],
  'networking.istio.io': ['*'],
  'networking.k8s.aws': ['*'],
  'projectcalico.org': ['*'],
  'projectcontour.io': ['*'],
  'route.openshift.io': ['*'],
  // Its AuthorizationPolicies add up.
  'security.istio.io': ['*'],
  'traefik.containo.us': ['*'],
  'traefik.io': ['*'],
  'vpcresources.k8s.aws': ['securitygrouppolicies'],
};

/**
 * Requests on everything that guards, whatever its name, and on the shared kinds. Other versions of a kind are converted. What a
 * product keeps for the whole cluster, a GatewayClass for example, is no tenant's.
 */
export const guardedRequests: readonly MatchedRequests[] = requests().map((request) => ({
  ...request,
  scope: 'Namespaced',
}));

function requests(): readonly MatchedRequests[] {
  return [
    ...[...resourcesByVersion()].map(([version, resources]) => ({
      ...groupAndVersion(version),
      operations: ['CREATE', 'UPDATE', 'DELETE'] as const,
      resources,
    })),
    ...Object.entries(foreign).map(([group, resources]) => ({
      apiGroups: [group],
      apiVersions: ['*'],
      operations: ['CREATE', 'UPDATE', 'DELETE'] as const,
      resources,
    })),
    // A claim says which storage is used; the data in it may be given up by who runs the tenant.
    { ...groupAndVersion('v1'), operations: ['CREATE', 'UPDATE'], resources: ['persistentvolumeclaims'] },
    // A pod may be deleted, which restarts it; pods.ts holds what it is.
    { ...groupAndVersion('v1'), operations: ['CREATE'], resources: ['pods'] },
  ];
}

function resourcesByVersion(): ReadonlyMap<string, readonly string[]> {
  const found = new Map(Object.entries(others));
  for (const { apiVersion, plural, scope } of emittedKinds) {
    if (scope === 'Namespaced') found.set(apiVersion, [...(found.get(apiVersion) ?? []), plural]);
  }
  return found;
}

function groupAndVersion(apiVersion: string): Pick<MatchedRequests, 'apiGroups' | 'apiVersions'> {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { apiGroups: [group], apiVersions: [version] };
}
