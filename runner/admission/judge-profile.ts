/** A profile among the tenants that name it: those that were fine under it must stay so. */
import type { Problem } from '../../constructs/api/problem.ts';
import type { GatewayProfileSpec } from '../../constructs/api/types.gen.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import type { Tenant } from '../fleet/inputs.ts';
import { stopping } from '../fleet/judge.ts';
import { problemText } from '../fleet/problem-text.ts';
import type { Change, JudgeDeps } from './judge-request.ts';
import type { Verdict } from './review.ts';
import { tenantsMadeWorse } from './tenants-below.ts';
import type { Affected } from './tenants-below.ts';

/** See above. Without a profile its tenants stood still, so that a new one makes nothing worse. */
export async function judgeProfile(
  { inputs, assets }: JudgeDeps,
  { name, spec, before }: Change<GatewayProfileSpec>,
  signal: AbortSignal,
): Promise<Verdict> {
  const own = checkProfile({ name, spec }, assets);
  if (own.length > 0 || before === undefined) return { problems: own, warnings: [] };
  const bundles = inputs.bundleSpecs();
  const under = (profile: GatewayProfileSpec) => (tenant: Tenant) =>
    stopping(
      checkTenant({
        tenant: { name: tenant.metadata.name, spec: tenant.spec },
        profile: { name, spec: profile },
        bundles,
        assets,
      }),
    );
  const tenants = inputs.tenants().filter((tenant) => (tenant.spec.profile ?? 'default') === name);
  const { affected, warnings } = await tenantsMadeWorse(tenants, { before: under(before), after: under(spec) }, signal);
  return { problems: affected.map(tenantProblem), warnings };
}

function tenantProblem({ name, problem }: Affected): Problem {
  return {
    code: 'profile.tenant-refused',
    path: 'spec',
    message: `tenant ${name} would not be valid any more: ${problemText([problem])}`,
    fix: 'change the tenant first, or give it another profile',
  };
}
