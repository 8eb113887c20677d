/**
 * What people may do, by the part that they have. No role carries a wildcard or a way to more rights. Each is gathered by
 * kube-controller-manager from all ClusterRoles with its label, ours among them, so that a cluster may add rules of its own
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles).
 */
import { gatewayProfile } from '../api/kinds/gateway-profile.ts';
import { apiGroup } from '../api/kinds/kind.ts';
import { kinds } from '../api/kinds/registry.ts';
import { tenantGateway } from '../api/kinds/tenant-gateway.ts';
import { byCodeUnit } from '../synth/order.ts';
import { assignVerb, useVerb } from './admission/people/platform-fields.ts';
import type { Permission } from './runner-permissions.ts';

/** A ClusterRole that others bind. */
export interface PeopleRole {
  readonly name: string;
  /** What a ClusterRole carries, with value `true`, whose rules it takes. */
  readonly aggregateLabel: string;
  /** The ClusterRole that holds our rules. */
  readonly part: {
    readonly name: string;
    /** Roles of Kubernetes' own that take them, too. */
    readonly labels: Readonly<Record<string, string>>;
    readonly permissions: readonly Permission[];
  };
}

/** @param labels of the part, beside the one that gathers it. @default - none */
function peopleRole(
  who: string,
  permissions: readonly Permission[],
  labels: PeopleRole['part']['labels'] = {},
): PeopleRole {
  return {
    name: `cellwright-${who}`,
    aggregateLabel: `rbac.${apiGroup}/aggregate-to-${who}`,
    part: { name: `cellwright-aggregate-to-${who}`, labels, permissions },
  };
}

const ourPlurals = kinds.map(({ plural }) => plural).sort(byCodeUnit);
const readVerbs = ['get', 'list', 'watch'];
const everyVerb = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Sees tenants, profiles and bundles, which hold no secrets; whoever has the built-in role `view` in the whole cluster does so, too. */
const viewer = peopleRole(
  'viewer',
  [{ apiGroups: [apiGroup], resources: ourPlurals, verbs: readVerbs, reason: 'the fleet and how it fares' }],
  { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' },
);

/**
 * Runs a tenant, by a RoleBinding in its namespace. Without TenantGateways: they are cluster-scoped, and a ClusterRoleBinding for
 * their sake would give the Secrets of every namespace.
 */
const tenantAdmin = peopleRole('tenant-admin', [
  {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    reason: 'keys of models and channels, and the token of the gateway, are theirs',
  },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete', ...readVerbs], reason: 'restart the gateway' },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'], reason: 'read what the gateway and its OPA say' },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create', 'get'], reason: 'talk to the gateway' },
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'events',
      'limitranges',
      'persistentvolumeclaims',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
    verbs: readVerbs,
    reason: 'see what the cell is made of, and why it does not start',
  },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: readVerbs, reason: 'see how far a rollout is' },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'networkpolicies'],
    verbs: readVerbs,
    reason: 'see who reaches the cell, and what it reaches',
  },
]);

/** Runs the fleet. Its verbs `use` and `assign` are for nobody else: no role of Kubernetes' own takes this part. */
const fleetAdmin = peopleRole('fleet-admin', [
  { apiGroups: [apiGroup], resources: ourPlurals, verbs: everyVerb, reason: 'tenants, profiles and bundles' },
  {
    apiGroups: [apiGroup],
    resources: [gatewayProfile.plural],
    verbs: [useVerb],
    reason: 'set platform fields of the tenants of any profile',
  },
  {
    apiGroups: [apiGroup],
    resources: [tenantGateway.plural],
    verbs: [assignVerb],
    reason: 'set platform fields of any tenant',
  },
]);

/** Name of the role that is for one namespace at a time. */
export const tenantAdminRole = tenantAdmin.name;

/** All of them. */
export const peopleRoles: readonly PeopleRole[] = [viewer, tenantAdmin, fleetAdmin];
