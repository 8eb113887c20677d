/** Faults of who has which rights, and of what others have put into the runner's namespace. */
import { platformNames } from '../../../constructs/platform/labels.ts';
import { added, bound, changed, person, rbac } from './planted-fault.ts';
import type { PlantedFault } from './planted-fault.ts';
import { platformProps } from './audited-fleet.ts';

const { namespace: system, runner } = platformNames;
const group = (name: string): object => ({ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name });
const account = (namespace: string, name: string): object => ({ kind: 'ServiceAccount', namespace, name });
const everybody = group('system:authenticated');

/** A role for somebody in one namespace. */
function inNamespace(id: string, namespace: string, body: object): PlantedFault {
  return added(`${id} RoleBinding ${namespace}/devs`, `${rbac}/namespaces/${namespace}/rolebindings/devs`, body);
}

/** A role for somebody in all of them. */
function inCluster(id: string, body: object): PlantedFault {
  return added(`${id} ClusterRoleBinding devs`, `${rbac}/clusterrolebindings/devs`, body);
}

const podSpec = {
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'runner',
      image: platformProps.image,
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};

/** By what was done. */
export const rightsFaults: Readonly<Record<string, PlantedFault>> = {
  'somebody administers everything there': inNamespace(
    'foreign.rights',
    'tenant-managed',
    bound('cluster-admin', person),
  ),
  'somebody edits there': inNamespace('foreign.editor', 'tenant-managed', bound('edit', person)),
  'everybody edits there': inNamespace('runner.extra-rights', 'tenant-managed', bound('edit', everybody)),
  'every account of a namespace runs a tenant': inNamespace(
    'foreign.rights',
    'tenant-managed',
    bound('cellwright-tenant-admin', group('system:serviceaccounts:ci')),
  ),
  'a tenant’s account runs another tenant': inNamespace(
    'foreign.account-rights',
    'tenant-managed',
    bound('cellwright-tenant-admin', account('tenant-rendered', 'default')),
  ),
  'a tenant’s account reads its own namespace': inNamespace(
    'foreign.account-rights',
    'tenant-managed',
    bound('view', account('tenant-managed', 'default')),
  ),
  'a tenant’s account administers the cluster': inCluster(
    'foreign.account-rights',
    bound('cluster-admin', account('tenant-managed', 'gateway')),
  ),
  'all accounts of a tenant read kube-system': inNamespace(
    'foreign.account-rights',
    'kube-system',
    bound('view', group('system:serviceaccounts:tenant-managed')),
  ),
  'whoever does not log in administers the cluster': inCluster(
    'foreign.rights',
    bound('cluster-admin', group('system:unauthenticated')),
  ),
  'somebody runs the tenants of the whole cluster': inCluster(
    'foreign.rights',
    bound('cellwright-tenant-admin', person),
  ),
  'somebody edits the whole cluster': inCluster('foreign.editor', bound('edit', person)),
  'somebody has the runner’s role in the cluster': inCluster('runner.lent-role', bound(runner, person)),
  'somebody has the runner’s role in a namespace': inNamespace(
    'runner.lent-role',
    'tenant-managed',
    bound(runner, person),
  ),
  'somebody edits where the runner is': inNamespace('foreign.rights', system, bound('edit', person)),
  'a ClusterRole of others adds to our roles for people': added(
    'platform.aggregated-rights ClusterRole helpful',
    `${rbac}/clusterroles/helpful`,
    {
      metadata: { labels: { 'rbac.cellwright.dev/aggregate-to-tenant-admin': 'true' } },
      rules: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }],
    },
  ),
  'whoever edits may set platform fields': changed(
    'platform.aggregated-rights ClusterRole cellwright-aggregate-to-fleet-admin',
    `${rbac}/clusterroles/cellwright-aggregate-to-fleet-admin`,
    {
      patch: { metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' } } },
      back: { metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-edit': null } } },
    },
  ),
  'a pod has the runner’s account': added(
    `foreign.pod Pod ${system}/beside`,
    `/api/v1/namespaces/${system}/pods/beside`,
    {
      metadata: { labels: { 'app.kubernetes.io/part-of': 'cellwright' } },
      spec: { ...podSpec, serviceAccountName: runner },
    },
  ),
  'a network policy widens where the runner is': added(
    `foreign.network-policy NetworkPolicy ${system}/open`,
    `/apis/networking.k8s.io/v1/namespaces/${system}/networkpolicies/open`,
    { spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] } },
  ),
};
