/** A tenant among the others: its profile, the levels of policy above it, its host, its namespace. */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { cellNamespace, organizationLabel, tenantLabel } from '../../constructs/cell/labels.ts';
import { applicableBundles } from '../../constructs/policy/levels.ts';
import { hostTaken, hostTakenCode, profileMissing } from '../../constructs/rules/check-fleet.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { servedHost } from '../../constructs/rules/host.ts';
import { namespaceProblem } from '../fleet/adoption.ts';
import type { InputName } from '../fleet/inputs.ts';
import { leavingProblem } from '../fleet/leaving-profile.ts';
import { confirm } from './confirm.ts';
import type { Finding } from './confirm.ts';
import type { Change, JudgeDeps } from './judge-request.ts';
import type { Verdict } from './review.ts';
import { partStanding, standingWarnings } from './standing.ts';

type Spec = TenantGatewaySpec;

/** What is wrong with a spec among the other objects. */
interface Among {
  readonly problems: readonly Problem[];
  /** Tenant that has the host; undefined when nobody else does. */
  readonly holder: string | undefined;
}

/** See above. */
export async function judgeTenant(deps: JudgeDeps, change: Change<Spec>, signal: AbortSignal): Promise<Verdict> {
  const verdict = await confirm(deps, () => find(deps, change), signal);
  // What is refused already needs no further look, and whoever asks should not learn more.
  if (!change.isNew || verdict.problems.length > 0) return verdict;
  const namespace = await namespaceVerdict(deps, change, signal);
  return { problems: namespace.problems, warnings: [...verdict.warnings, ...namespace.warnings] };
}

function find(deps: JudgeDeps, change: Change<Spec>): Finding {
  const { name, spec, before } = change;
  const now = among(deps, name, spec);
  const { fresh, standing } = partStanding({ object: { spec }, problems: now.problems }, () =>
    before === undefined || isElsewhere(spec, before)
      ? undefined
      : { object: { spec: before }, problems: among(deps, name, before).problems },
  );
  const restsOn = fresh.length === 0 ? [] : foundations(deps, { spec, fresh, holder: now.holder });
  return { problems: fresh, warnings: standingWarnings(standing), restsOn };
}

/** Under another profile or organization every problem is a new one. */
function isElsewhere(spec: Spec, before: Spec): boolean {
  return spec.profile !== before.profile || spec.organization !== before.organization;
}

function among({ inputs, assets }: JudgeDeps, name: string, spec: Spec): Among {
  const profile = inputs.profile(profileNameOf(spec));
  if (profile === undefined) {
    const existing = inputs.profiles().map(({ metadata }) => metadata.name);
    return { problems: [profileMissing(spec, existing.sort()) ?? []].flat(), holder: undefined };
  }
  const input = {
    tenant: { name, spec },
    profile: { name: profile.metadata.name, spec: profile.spec },
    bundles: inputs.bundleSpecs(),
    assets,
  };
  const host = servedHost(input);
  const holder = host === undefined ? undefined : inputs.hostHolders(host).find((other) => other !== name);
  const taken = host === undefined || holder === undefined ? [] : [hostTaken({ spec, host, by: holder })];
  // It waits for its last tenant before it goes: with new ones it never would, or they would stand still.
  const leaving = leavingProblem(profile);
  return { problems: [...(leaving === undefined ? [] : [leaving]), ...checkTenant(input), ...taken], holder };
}

/** Problems of policy rest on the bundles that hold for the tenant; one that is not known yet could only add to them. */
function foundations(
  { inputs }: JudgeDeps,
  { spec, fresh, holder }: { spec: Spec; fresh: readonly Problem[]; holder: string | undefined },
): InputName[] {
  const profileOf = (tenant: Spec): InputName => ({ kind: 'GatewayProfile', name: profileNameOf(tenant) });
  const bundles = fresh.some(({ code }) => code.startsWith('policy.'))
    ? applicableBundles(spec, inputs.bundleSpecs())
    : [];
  return [
    profileOf(spec),
    ...bundles.map(({ name }) => ({ kind: 'PolicyBundle' as const, name })),
    ...(holder === undefined || !fresh.some(({ code }) => code === hostTakenCode)
      ? []
      : [{ kind: 'TenantGateway' as const, name: holder }, profileOf(inputs.tenant(holder)?.spec ?? {})]),
  ];
}

/** A new tenant must not find a namespace that somebody else made; the runner would not take it either. */
async function namespaceVerdict(
  { reads }: JudgeDeps,
  { name, spec }: Change<Spec>,
  signal: AbortSignal,
): Promise<Verdict> {
  const namespace = cellNamespace(name);
  try {
    const live = await reads.namespace(namespace, signal);
    const labels = { [tenantLabel]: name, [organizationLabel]: spec.organization ?? 'default' };
    const why = live === undefined ? undefined : namespaceProblem(live, labels);
    return { problems: why === undefined ? [] : [foreignNamespace(namespace, why)], warnings: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problems: [], warnings: [`namespace ${namespace} was not looked at: ${why}`] };
  }
}

function foreignNamespace(namespace: string, why: string): Problem {
  const [what = '', ...fix] = why.split('; ');
  return {
    code: 'fleet.namespace-foreign',
    path: 'metadata.name',
    message: `namespace ${namespace} is not for this tenant: ${what}`,
    fix: fix.join('; '),
  };
}
