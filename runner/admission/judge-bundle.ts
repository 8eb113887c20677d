/**
 * A bundle among the others: the levels above it, its Rego, and whom it concerns. A policy that gets stricter does not wait, so
 * what that means for those below is a warning.
 */
import type { PolicyBundleSpec } from '../../constructs/api/types.gen.ts';
import { appliesTo } from '../../constructs/policy/levels.ts';
import { checkBundle } from '../../constructs/rules/check-bundle.ts';
import { concernWarnings } from '../../constructs/rules/concerns.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { bundleWidenings } from '../../constructs/rules/widening.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';
import type { Tenant } from '../fleet/inputs.ts';
import { problemText } from '../fleet/problem-text.ts';
import type { Change, JudgeDeps } from './judge-request.ts';
import { partWidenings } from './judge-tenant.ts';
import type { Verdict } from './review.ts';
import { tenantsMadeWorse } from './tenants-below.ts';

type Bundle = Named<PolicyBundleSpec>;

/** Bundles below that a warning names. */
const mostNamed = 5;

/** See above. */
export async function judgeBundle(
  deps: JudgeDeps,
  { name, spec, before }: Change<PolicyBundleSpec>,
  signal: AbortSignal,
): Promise<Verdict> {
  const bundle = { name, spec };
  const present = deps.inputs.bundleSpecs();
  const others = present.filter((other) => other.name !== name);
  const { fresh, known } = partWidenings(bundleWidenings(bundle, others), () =>
    before === undefined ? [] : bundleWidenings({ name, spec: before }, others),
  );
  const problems = [...checkBundle(bundle), ...fresh];
  if (problems.length > 0) return { problems, warnings: [] };
  const rego = await regoVerdict(deps, bundle, signal);
  if (rego.problems.length > 0) return rego;
  const places = deps.inputs.tenants().map(({ metadata, spec: own }) => ({ name: metadata.name, spec: own }));
  return {
    problems: [],
    warnings: [
      ...rego.warnings,
      ...known.map((problem) => `without effect: ${problemText([problem])}`),
      ...concernWarnings(bundle, places).map((problem) => problemText([problem])),
      ...bundlesBelow(bundle, others, present),
      ...(await tenantsBelow(deps, { bundle, others, before, present }, signal)),
    ],
  };
}

async function regoVerdict({ rego }: JudgeDeps, bundle: Bundle, signal: AbortSignal): Promise<Verdict> {
  try {
    const { problems, unchecked } = await rego.judge(bundle, signal);
    return { problems, warnings: unchecked === undefined ? [] : [uncheckedWarning(unchecked)] };
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
      const { fresh } = partWidenings(bundleWidenings(lower, now), () => bundleWidenings(lower, present));
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
    const profile = inputs.profile(tenant.spec.profile ?? 'default');
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
