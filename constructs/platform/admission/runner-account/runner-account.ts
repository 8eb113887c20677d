/**
 * The walls around the runner's own account. RBAC gives it whole kinds in every namespace; these say which objects of them, and
 * in which shape. The scope holds for every request; the others say what an object of one kind may be.
 */
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { httpRoutesPolicy, ingressAnnotationsPolicy, ingressesPolicy, podMonitorsPolicy } from './access.ts';
import { namespacesPolicy } from './namespaces.ts';
import { networkPoliciesPolicy } from './network-policies.ts';
import { scopePolicy } from './scope.ts';
import { serviceAccountsPolicy } from './service-accounts.ts';
import { servicesPolicy } from './services.ts';
import { budgetsPolicy, configMapsPolicy, quotasPolicy } from './small-objects.ts';
import { specsPolicy } from './specs.ts';
import { statefulSetsPolicy } from './stateful-sets.ts';
import { tokenSecretsPolicy } from './token-secrets.ts';
import { volumeClaimsPolicy } from './volume-claims.ts';
import { webhooksPolicy } from './webhooks.ts';

const policies: readonly ((settings: PlatformSettings) => AdmissionPolicy)[] = [
  scopePolicy,
  namespacesPolicy,
  quotasPolicy,
  networkPoliciesPolicy,
  serviceAccountsPolicy,
  tokenSecretsPolicy,
  configMapsPolicy,
  servicesPolicy,
  budgetsPolicy,
  statefulSetsPolicy,
  volumeClaimsPolicy,
  ingressesPolicy,
  ingressAnnotationsPolicy,
  httpRoutesPolicy,
  podMonitorsPolicy,
  specsPolicy,
  webhooksPolicy,
];

/** See above. */
export function runnerAccountPolicies(settings: PlatformSettings): readonly AdmissionPolicy[] {
  return policies.map((policyOf) => policyOf(settings));
}
