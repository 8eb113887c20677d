/**
 * A bundle among the others: the levels above it, its Rego, and whom it concerns. A policy that gets stricter does not wait, so
 * what that means for those below is a warning.
 */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import type { PolicyBundleSpec } from '../../constructs/api/types.gen.ts';
import { appliesTo } from '../../constructs/policy/levels.ts';
import { checkBundle } from '../../constructs/rules/check-bundle.ts';
import { concernWarnings } from '../../constructs/rules/concerns.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { bundlesAbove, bundleWidenings } from '../../constructs/rules/widening.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';
import type { Tenant } from '../fleet/inputs.ts';
import { problemText } from '../fleet/problem-text.ts';
import { confirm } from './confirm.ts';
import type { Finding } from './confirm.ts';
import type { Change, JudgeDeps } from './judge-request.ts';
import type { Verdict } from './review.ts';
import { partStanding, standingWarnings } from './standing.ts';
import type { Parted } from './standing.ts';
import { tenantsMadeWorse } from './tenants-below.ts';

type Bundle = Named<PolicyBundleSpec>;

/** Bundles below that a warning names. */
const mostNamed = 5;

/** See above. */
export async function judgeBundle(
  deps: JudgeDeps,
  change: Change<PolicyBundleSpec>,
  signal: AbortSignal,
): Promise<Verdict> {
  const { name, spec, before } = change;
  const among = await confirm(deps, () => find(deps, change), signal);
  if (among.problems.length > 0) return among;
  const bundle = { name, spec };
  const rego = await regoVerdict(deps, change, signal);
  if (rego.problems.length > 0) return rego;
  const present = deps.inputs.bundleSpecs();
  const others = present.filter((other) => other.name !== name);
  const places = deps.inputs.tenants().map(({ metadata, spec: own }) => ({ name: metadata.name, spec: own }));
  return {
    problems: [],
    warnings: [
      ...rego.warnings,
      ...among.warnings,
      ...concernWarnings(bundle, places).map((problem) => problemText([problem])),
      ...bundlesBelow(bundle, others, present),
      ...(await tenantsBelow(deps, { bundle, others, before, present }, signal)),
    ],
  };
}

/** What the bundle says by itself, and under the levels above it. */
function find({ inputs }: JudgeDeps, { name, spec, before }: Change<PolicyBundleSpec>): Finding {
  const others = inputs.bundleSpecs().filter((other) => other.name !== name);
  const part = (rule: (bundle: Bundle) => Problem[]): Parted =>
    partStanding({ object: { spec }, problems: rule({ name, spec }) }, () =>
      before === undefined ? undefined : { object: { spec: before }, problems: rule({ name, spec: before }) },
    );
  const own = part(checkBundle);
  const under = part((bundle) => bundleWidenings(bundle, others));
  // What it does wrong by itself needs no look at others.
  const restsOn = own.fresh.length > 0 ? [] : bundlesAbove(spec, others);
  return {
    problems: [...own.fresh, ...under.fresh],
    warnings: standingWarnings([...own.standing, ...under.standing]),
    restsOn: restsOn.map((upper) => ({ kind: 'PolicyBundle', name: upper.name })),
  };
}

async function regoVerdict(
  { rego }: JudgeDeps,
  { name, spec, before }: Change<PolicyBundleSpec>,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    const { problems, unchecked } = await rego.judge({ name, spec }, signal);
    const warnings = unchecked === undefined ? [] : [uncheckedWarning(unchecked)];
    // The same text is as wrong as before, and held as before.
    const isStanding = before !== undefined && before.rego === spec.rego;
    return isStanding
      ? { problems: [], warnings: [...warnings, ...standingWarnings(problems)] }
      : { problems, warnings };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { problems: [], warnings: [uncheckedWarning('opa did not come to an end in time')] };
  }
}

/** The runner asks opa again, and applies no Rego that nobody judged. */
function uncheckedWarning(why: string): string {
  return `spec.rego was not judged here, and is held until it is: ${why}`;
}

function bundlesBelow(bundle: Bundle, others: readonly Bundle[], present: readonly Bundle[]): string[] {
  const now = [...others, bundle];
  return others
    .flatMap((lower) => {
      const { fresh } = partStanding({ object: lower, problems: bundleWidenings(lower, now) }, () => ({
        object: lower,
        problems: bundleWidenings(lower, present),
      }));
      return fresh.length === 0 ? [] : [`bundle ${lower.name} then says more than it may: ${problemText(fresh)}`];
    })
    .slice(0, mostNamed);
}

interface Stricter {
  readonly bundle: Bundle;
  readonly others: readonly Bundle[];
  readonly before: PolicyBundleSpec | undefined;
  readonly present: readonly Bundle[];
}

async function tenantsBelow(
  { inputs, assets }: JudgeDeps,
  { bundle, others, before, present }: Stricter,
  signal: AbortSignal,
): Promise<string[]> {
  const under = (bundles: readonly Bundle[]) => (tenant: Tenant) => {
    const profile = inputs.profile(profileNameOf(tenant.spec));
    if (profile === undefined) return [];
    return checkTenant({
      tenant: { name: tenant.metadata.name, spec: tenant.spec },
      profile: { name: profile.metadata.name, spec: profile.spec },
      bundles,
      assets,
    });
  };
  const tenants = inputs.tenants().filter(({ spec }) => appliesTo(bundle.spec, spec));
  const old = before === undefined ? others : present;
  const found = await tenantsMadeWorse(tenants, { before: under(old), after: under([...others, bundle]) }, signal);
  return [
    ...found.affected.map(
      ({ name, problem }) => `tenant ${name} then says more than it may: ${problemText([problem])}`,
    ),
    ...found.warnings,
  ];
}
