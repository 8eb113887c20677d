/** Rules that a lower level writes in vain, as problems of the object in which they stand. */
import type { Problem } from '../api/problem.ts';
import type { PolicyBundleSpec } from '../api/types.gen.ts';
import { quote } from '../api/validate/quote.ts';
import { applicableBundles, levelOf, policyLevels } from '../policy/levels.ts';
import { widenings } from '../policy/widening.ts';
import type { Widening } from '../policy/widening.ts';
import type { Named, TenantInput } from '../synth/tenant-input.ts';

/** Code of every problem here: composition holds without the check, so that it is no reason to stop a tenant. */
export const wideningCode = 'policy.widens';

/** What `spec.policy` allows and no level above it does. */
export function tenantWidenings({ tenant, bundles }: Pick<TenantInput, 'tenant' | 'bundles'>): Problem[] {
  const { policy } = tenant.spec;
  if (policy === undefined) {
    return [];
  }
  return widenings(policy, applicableBundles(tenant.spec, bundles), tenant.name).map((widening) =>
    wideningProblem(widening, 'spec.policy'),
  );
}

/** What a bundle allows and no level above it does, wherever it holds. One that audits decides nothing. */
export function bundleWidenings(
  { spec }: Named<PolicyBundleSpec>,
  bundles: readonly Named<PolicyBundleSpec>[],
): Problem[] {
  if (spec.enforcement === 'Audit' || spec.rules === undefined) {
    return [];
  }
  return widenings(spec.rules, bundlesAbove(spec, bundles)).map((widening) => wideningProblem(widening, 'spec.rules'));
}

/** Bundles of the upper levels that hold wherever this one holds, from the top. */
export function bundlesAbove(
  spec: PolicyBundleSpec,
  bundles: readonly Named<PolicyBundleSpec>[],
): readonly Named<PolicyBundleSpec>[] {
  const rank = policyLevels.indexOf(levelOf(spec));
  return applicableBundles(spec.scope ?? {}, bundles).filter(
    (upper) => policyLevels.indexOf(levelOf(upper.spec)) < rank,
  );
}

function wideningProblem({ family, index, entry, level, bundle, deniedBy }: Widening, rules: string): Problem {
  const forbids =
    deniedBy === undefined ? `does not name it in ${family}.allow` : `denies it (${family}.deny ${quote(deniedBy)})`;
  return {
    code: wideningCode,
    path: `${rules}.${family}.allow[${index}]`,
    message: `nothing of ${quote(entry)} can be allowed here: bundle ${bundle} of the ${level} level ${forbids}`,
    fix: `remove it; a lower level narrows what ${bundle} leaves open`,
  };
}
