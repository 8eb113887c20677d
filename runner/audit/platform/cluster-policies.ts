/** Network policies of other projects that hold in the whole cluster, the namespaces of tenants among them. */
import { refOf } from '../finding.ts';
import type { Check } from '../finding.ts';
import { allows } from '../foreign/policy-of-others.ts';
import type { LivePlatform } from './live-platform.ts';

/** See above. Some of them go before NetworkPolicies, others add up with them; which pods they select is not worked out. */
export const clusterPolicies: Check<LivePlatform> = {
  reports: ['network.cluster-policy'],
  run: ({ clusterPolicies: live }) =>
    live.flatMap((policy) => {
      const rules = allows(policy);
      if (rules.length === 0) return [];
      const why = `it allows by ${rules.join(' and ')} rules, maybe to or from tenants`;
      return [{ id: 'network.cluster-policy', object: refOf(policy), why }];
    }),
};
