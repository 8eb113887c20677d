/**
 * The closed list of kinds that cells are made of, in the order in which they are applied. The render gate lets nothing
 * else out, the runner's rights are computed from it, and pruning looks at nothing else.
 */

/** One kind that a cell may contain. */
export interface EmittedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Name in URLs and RBAC rules. */
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  /** Objects of a wave wait for the wave before. */
  readonly wave: 'namespace' | 'guards' | 'config' | 'network-names' | 'workload' | 'access';
  /** Kinds that come with other products are rendered only when profile or tenant asks for them. */
  readonly optional?: true;
}

/** Waves in order. */
export const waves: readonly EmittedKind['wave'][] = [
  'namespace',
  'guards',
  'config',
  'network-names',
  'workload',
  'access',
];

/** Every kind of this version and of earlier ones. */
export const emittedKinds: readonly EmittedKind[] = [
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', scope: 'Cluster', wave: 'namespace' },
  { apiVersion: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', scope: 'Namespaced', wave: 'guards' },
  { apiVersion: 'v1', kind: 'LimitRange', plural: 'limitranges', scope: 'Namespaced', wave: 'guards' },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    scope: 'Namespaced',
    wave: 'guards',
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', scope: 'Namespaced', wave: 'config' },
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', scope: 'Namespaced', wave: 'config' },
  { apiVersion: 'v1', kind: 'Service', plural: 'services', scope: 'Namespaced', wave: 'network-names' },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    scope: 'Namespaced',
    wave: 'network-names',
  },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets', scope: 'Namespaced', wave: 'workload' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', plural: 'ingresses', scope: 'Namespaced', wave: 'access' },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    plural: 'httproutes',
    scope: 'Namespaced',
    wave: 'access',
    optional: true,
  },
  {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    plural: 'podmonitors',
    scope: 'Namespaced',
    wave: 'access',
    optional: true,
  },
];

const byType = new Map(emittedKinds.map((entry, rank) => [`${entry.apiVersion}/${entry.kind}`, { entry, rank }]));

/** The entry of an object's kind, with its rank in apply order; undefined when cells never contain it. */
export function emittedKindOf(object: {
  readonly apiVersion: string;
  readonly kind: string;
}): { readonly entry: EmittedKind; readonly rank: number } | undefined {
  return byType.get(`${object.apiVersion}/${object.kind}`);
}
