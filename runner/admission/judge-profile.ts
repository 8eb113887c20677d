/** A profile among the tenants that name it: those that were fine under it must stay so, and share no host. */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import type { GatewayProfileSpec } from '../../constructs/api/types.gen.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import type { InputName, Tenant } from '../fleet/inputs.ts';
import { stopping } from '../fleet/judge.ts';
import { problemText } from '../fleet/problem-text.ts';
import { confirm } from './confirm.ts';
import type { Finding } from './confirm.ts';
import { hostsMadeTwice } from './hosts-below.ts';
import type { Change, JudgeDeps } from './judge-request.ts';
import type { Verdict } from './review.ts';
import { partStanding, standingWarnings } from './standing.ts';
import type { Parted } from './standing.ts';
import { mostNamed, tenantsMadeWorse } from './tenants-below.ts';
import type { Affected, Looked } from './tenants-below.ts';

/** See above. */
export async function judgeProfile(
  deps: JudgeDeps,
  change: Change<GatewayProfileSpec>,
  signal: AbortSignal,
): Promise<Verdict> {
  const own = ownProblems(deps, change);
  const warnings = standingWarnings(own.standing);
  if (own.fresh.length > 0) return { problems: own.fresh, warnings };
  const below = await confirm(deps, () => find(deps, change, signal), signal);
  return { problems: below.problems, warnings: [...warnings, ...below.warnings] };
}

function ownProblems({ assets }: JudgeDeps, { name, spec, before }: Change<GatewayProfileSpec>): Parted {
  return partStanding({ object: { spec }, problems: checkProfile({ name, spec }, assets) }, () =>
    before === undefined
      ? undefined
      : { object: { spec: before }, problems: checkProfile({ name, spec: before }, assets) },
  );
}

async function find(deps: JudgeDeps, change: Change<GatewayProfileSpec>, signal: AbortSignal): Promise<Finding> {
  const tenants = deps.inputs.tenantsNaming(change.name);
  const hosts = hostsMadeTwice(deps.inputs, tenants, change);
  const worse = await madeWorse(deps, { tenants, change }, signal);
  const affected = [...hosts, ...worse.affected].slice(0, mostNamed);
  return {
    problems: affected.map(tenantProblem),
    warnings: worse.warnings,
    restsOn: affected.flatMap((each) => foundations(deps, change.name, each)),
  };
}

/** The host of another tenant may come from the template of another profile. */
function foundations({ inputs }: JudgeDeps, judged: string, { name, other }: Affected): InputName[] {
  const tenant: InputName = { kind: 'TenantGateway', name };
  if (other === undefined) return [tenant];
  const profile = profileOf(inputs.tenant(other));
  const template: InputName[] = profile === judged ? [] : [{ kind: 'GatewayProfile', name: profile }];
  return [tenant, { kind: 'TenantGateway', name: other }, ...template];
}

function profileOf(tenant: Tenant | undefined): string {
  return profileNameOf(tenant?.spec ?? {});
}

/** Without a profile its tenants stood still, so that a new one makes none worse. */
async function madeWorse(
  { inputs, assets }: JudgeDeps,
  { tenants, change: { name, spec, before } }: { tenants: readonly Tenant[]; change: Change<GatewayProfileSpec> },
  signal: AbortSignal,
): Promise<Looked> {
  if (before === undefined) return { affected: [], warnings: [] };
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
  return tenantsMadeWorse(tenants, { before: under(before), after: under(spec) }, signal);
}

function tenantProblem({ name, problem }: Affected): Problem {
  return {
    code: 'profile.tenant-refused',
    path: 'spec',
    message: `tenant ${name} would not be valid any more: ${problemText([problem])}`,
    fix: 'change the tenant first, or give it another profile',
  };
}
