/**
 * Kinds of other projects that open ways into or out of a namespace. A cluster that does not have one answers 404, and nothing is
 * said of it. Where a project serves several versions, the one that most clusters have.
 */
import type { ResourceKind } from '../../kube/resource.ts';

type Named = readonly [apiVersion: string, kind: string, plural: string];

function kindsOf(scope: 'Cluster' | 'Namespaced', ...named: readonly Named[]): readonly ResourceKind[] {
  return named.map(([apiVersion, kind, plural]) => ({ apiVersion, kind, plural, namespaced: scope === 'Namespaced' }));
}

const calico = 'crd.projectcalico.org/v1';
const gateway = 'gateway.networking.k8s.io';

/** Policies that allow more where they select pods of a tenant. Calico's has the name of Kubernetes' own, and so another here. */
export const namespacedPolicies: readonly ResourceKind[] = kindsOf(
  'Namespaced',
  ['cilium.io/v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies'],
  [calico, 'CalicoNetworkPolicy', 'networkpolicies'],
);

/** Policies of the whole cluster. */
export const clusterPolicies: readonly ResourceKind[] = kindsOf(
  'Cluster',
  ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'adminnetworkpolicies'],
  ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', 'baselineadminnetworkpolicies'],
  ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'ciliumclusterwidenetworkpolicies'],
  [calico, 'GlobalNetworkPolicy', 'globalnetworkpolicies'],
);

/** What makes something reachable beside Ingress and HTTPRoute. */
export const otherRoutes: readonly ResourceKind[] = kindsOf(
  'Namespaced',
  [`${gateway}/v1`, 'GRPCRoute', 'grpcroutes'],
  [`${gateway}/v1alpha2`, 'TLSRoute', 'tlsroutes'],
  [`${gateway}/v1alpha2`, 'TCPRoute', 'tcproutes'],
  [`${gateway}/v1alpha2`, 'UDPRoute', 'udproutes'],
  // Lets routes of other namespaces name Services of this one.
  [`${gateway}/v1beta1`, 'ReferenceGrant', 'referencegrants'],
  ['route.openshift.io/v1', 'Route', 'routes'],
  ['traefik.io/v1alpha1', 'IngressRoute', 'ingressroutes'],
  ['traefik.io/v1alpha1', 'IngressRouteTCP', 'ingressroutetcps'],
);
