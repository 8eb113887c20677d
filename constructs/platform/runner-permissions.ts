/**
 * What the runner may do. The larger part is computed from the kinds that cells are made of; what cannot be computed stands
 * here with its reason. No wildcard, no verb on Secrets but `create` (every other one reads them, PATCH and DELETE
 * included), and none of `escalate`, `bind`, `impersonate`.
 */
import { kinds } from '../api/kinds/registry.ts';
import { apiGroup } from '../api/kinds/kind.ts';
import { emittedKinds } from '../synth/emitted-kinds.ts';
import { byCodeUnit } from '../synth/order.ts';
import { platformNames } from './labels.ts';

/** Some verbs on some resources, as rbac.authorization.k8s.io/v1 has them. */
export interface Permission {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
  /** Why the runner cannot do without. */
  readonly reason: string;
}

/**
 * What the engine does with a child: it watches all of them, makes and corrects them by server-side apply (a PATCH, which is
 * also a `create` where nothing was), reads what was there before it, and deletes what is not wanted any more.
 */
const childVerbs = ['create', 'delete', 'get', 'list', 'patch', 'watch'] as const;

/**
 * Kinds that are never replaced: their content is immutable, or others' by right. Every other one is, also where nothing can be
 * added beside what we say of it: an object that looks otherwise than when it was accepted, by the defaults of another API server,
 * is known again by one replacement that changes nothing.
 */
const neverReplaced = ['configmaps', 'namespaces'];

const ourPlurals = kinds.map(({ plural }) => plural).sort(byCodeUnit);

/** Rights in every namespace, one permission for each API group of {@link emittedKinds} and those written by hand. */
export function clusterPermissions(): readonly Permission[] {
  return [...childPermissions(), ...handwritten];
}

/** Rights in the runner's own namespace. */
export const ownNamespacePermissions: readonly Permission[] = [
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: [platformNames.lease],
    verbs: ['get', 'update'],
    reason: 'one of the replicas leads, by this Lease',
  },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['create'],
    reason: 'the first replica makes the Lease; RBAC knows no name of an object that is only being created',
  },
];

/** Rights in namespace `default`. */
export const defaultNamespacePermissions: readonly Permission[] = [
  {
    apiGroups: ['events.k8s.io'],
    resources: ['events'],
    verbs: ['create'],
    reason: 'Events about cluster-scoped objects, as tenants are, lie in default',
  },
];

/** Kinds of other projects, which a cluster may lack. */
const optionalDefinitions = emittedKinds
  .filter(({ optional }) => optional === true)
  .map(({ apiVersion, plural }) => `${plural}.${groupOf(apiVersion)}`)
  .sort(byCodeUnit);

const handwritten: readonly Permission[] = [
  {
    apiGroups: ['apiextensions.k8s.io'],
    resources: ['customresourcedefinitions'],
    resourceNames: optionalDefinitions,
    verbs: ['list', 'watch'],
    reason: 'kinds that the cluster lacks are asked for when they are defined; lists and watches by these names',
  },
  {
    apiGroups: ['apiextensions.k8s.io'],
    resources: ['customresourcedefinitions'],
    resourceNames: [`tenantgateways.${apiGroup}`],
    verbs: ['list'],
    reason: 'a tenant whose data goes with it is held when its very kind is being deleted; lists by that one name',
  },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingwebhookconfigurations'],
    resourceNames: [platformNames.webhooks],
    verbs: ['list', 'patch', 'watch'],
    reason: 'each replica keeps the CA of its webhook in caBundle; lists and watches by that one name',
  },
  {
    apiGroups: [apiGroup],
    resources: ourPlurals,
    verbs: ['list', 'watch'],
    reason: 'the tenants, profiles and bundles are what the runner works from',
  },
  {
    apiGroups: [apiGroup],
    resources: ourPlurals.map((plural) => `${plural}/status`),
    verbs: ['patch'],
    reason: 'it reports what is in their status',
  },
  {
    apiGroups: [apiGroup],
    resources: ['tenantgateways'],
    verbs: ['patch'],
    reason: 'a finalizer keeps a deleted tenant until its cell is gone; /status ignores metadata',
  },
  {
    apiGroups: [apiGroup],
    resources: ['gatewayprofiles', 'policybundles'],
    verbs: ['patch'],
    reason: 'a finalizer keeps a profile or bundle that tenants use; /status ignores metadata',
  },
  {
    apiGroups: [''],
    resources: ['pods'],
    verbs: ['list', 'watch'],
    reason: 'the status says why a gateway pod is not ready',
  },
  {
    apiGroups: [''],
    resources: ['persistentvolumeclaims'],
    verbs: ['list', 'patch', 'watch'],
    reason: 'claims of gateways grow with spec.storage.size; they are made by StatefulSets and removed by nobody',
  },
  {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['create'],
    reason: 'it makes the gateway token of tenants that name none, and can never read it back',
  },
];

function childPermissions(): Permission[] {
  const byGroup = new Map<string, string[]>();
  for (const { apiVersion, plural } of emittedKinds) {
    const group = groupOf(apiVersion);
    byGroup.set(group, [...(byGroup.get(group) ?? []), plural]);
  }
  return [...byGroup].flatMap(([group, plurals]) => {
    const resources = plurals.sort(byCodeUnit);
    const replaced = resources.filter((plural) => !neverReplaced.includes(plural));
    return [
      { apiGroups: [group], resources, verbs: [...childVerbs], reason: 'cells are made of these kinds' },
      {
        apiGroups: [group],
        resources: replaced,
        verbs: ['update'],
        reason: 'additions of others are taken out of these, and defaults of another API server are told from them',
      },
    ];
  });
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
