/** The kinds that an audit reads beside those of cells, as the API server serves them. */
import type { ResourceKind } from '../kube/resource.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const admission = 'admissionregistration.k8s.io/v1';

function kindOf(apiVersion: string, kind: string, scope: 'Cluster' | 'Namespaced'): ResourceKind {
  const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  return { apiVersion, kind, plural: plural.toLowerCase(), namespaced: scope === 'Namespaced' };
}

export const clusterRoles = kindOf(rbac, 'ClusterRole', 'Cluster');
export const clusterRoleBindings = kindOf(rbac, 'ClusterRoleBinding', 'Cluster');
export const roles = kindOf(rbac, 'Role', 'Namespaced');
export const roleBindings = kindOf(rbac, 'RoleBinding', 'Namespaced');
export const daemonSets = kindOf('apps/v1', 'DaemonSet', 'Namespaced');
export const mutatingWebhooks = kindOf(admission, 'MutatingWebhookConfiguration', 'Cluster');
export const replicaSets = kindOf('apps/v1', 'ReplicaSet', 'Namespaced');
export const deployments = kindOf('apps/v1', 'Deployment', 'Namespaced');
export const jobs = kindOf('batch/v1', 'Job', 'Namespaced');
export const endpointSlices = kindOf('discovery.k8s.io/v1', 'EndpointSlice', 'Namespaced');
export const cronJobs = kindOf('batch/v1', 'CronJob', 'Namespaced');

/** Kinds that the platform is made of. */
const platformKinds: readonly ResourceKind[] = [
  clusterRoles,
  clusterRoleBindings,
  roles,
  roleBindings,
  kindOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'Cluster'),
  kindOf('v1', 'Namespace', 'Cluster'),
  kindOf('v1', 'ServiceAccount', 'Namespaced'),
  kindOf('v1', 'Service', 'Namespaced'),
  kindOf('v1', 'ConfigMap', 'Namespaced'),
  kindOf('networking.k8s.io/v1', 'NetworkPolicy', 'Namespaced'),
  kindOf('policy/v1', 'PodDisruptionBudget', 'Namespaced'),
  deployments,
  kindOf(admission, 'ValidatingAdmissionPolicy', 'Cluster'),
  kindOf(admission, 'ValidatingAdmissionPolicyBinding', 'Cluster'),
  kindOf(admission, 'ValidatingWebhookConfiguration', 'Cluster'),
];

/**
 * Where the API server serves an object of the platform.
 * @throws RangeError for a kind that is missing above
 */
export function platformKindOf({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): ResourceKind {
  const found = platformKinds.find((known) => known.apiVersion === apiVersion && known.kind === kind);
  if (found === undefined) throw new RangeError(`${apiVersion} ${kind} is missing in runner/audit/read-kinds.ts`);
  return found;
}
