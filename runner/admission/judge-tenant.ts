/** A tenant among the others: its profile, the levels of policy above it, its host, its namespace. */
import type { Problem } from '../../constructs/api/problem.ts';
import type { GatewayProfileSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { cellNamespace, organizationLabel, tenantLabel } from '../../constructs/cell/labels.ts';
import { hostTaken, profileMissing } from '../../constructs/rules/check-fleet.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { servedHost } from '../../constructs/rules/host.ts';
import { wideningCode } from '../../constructs/rules/widening.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';
import { namespaceProblem } from '../fleet/adoption.ts';
import { namespaces } from '../fleet/kinds.ts';
import { problemText } from '../fleet/problem-text.ts';
import { isNotFound } from '../kube/api-error.ts';
import type { Change, JudgeDeps } from './judge-request.ts';
import type { Verdict } from './review.ts';

/** See above. */
export async function judgeTenant(
  deps: JudgeDeps,
  change: Change<TenantGatewaySpec>,
  signal: AbortSignal,
): Promise<Verdict> {
  const { inputs, assets } = deps;
  const profile = inputs.profile(change.spec.profile ?? 'default');
  if (profile === undefined) {
    const existing = inputs.profiles().map(({ metadata }) => metadata.name);
    return { problems: [profileMissing(change.spec, existing.sort()) ?? []].flat(), warnings: [] };
  }
  const shared = {
    profile: { name: profile.metadata.name, spec: profile.spec },
    bundles: inputs.bundleSpecs(),
    assets,
  };
  const all = checkTenant({ tenant: change, ...shared });
  const { fresh, known } = partWidenings(all, () =>
    change.before === undefined ? [] : checkTenant({ tenant: { name: change.name, spec: change.before }, ...shared }),
  );
  const host = hostProblem(deps, change, shared.profile);
  const namespace = change.before === undefined ? await namespaceVerdict(deps, change, signal) : undefined;
  return {
    problems: [...fresh, ...[host ?? []].flat(), ...(namespace?.problems ?? [])],
    warnings: [...known.map((problem) => `without effect: ${problemText([problem])}`), ...(namespace?.warnings ?? [])],
  };
}

/** An upper level may have become stricter since: rules that stood there before have no effect, and do no harm. */
export function partWidenings(
  all: readonly Problem[],
  before: () => readonly Problem[],
): { readonly fresh: Problem[]; readonly known: Problem[] } {
  const isWidening = ({ code }: Problem): boolean => code === wideningCode;
  // A place in the list may be another one now; the message names what is written.
  const stood = new Set(all.some(isWidening) ? before().filter(isWidening).map(sentence) : []);
  const isKnown = (problem: Problem): boolean => stood.has(sentence(problem));
  return { fresh: all.filter((problem) => !isKnown(problem)), known: all.filter(isKnown) };
}

function sentence({ path, message }: Problem): string {
  return `${path.replace(/\[\d+\]$/, '')} ${message}`;
}

function hostProblem(
  { inputs }: JudgeDeps,
  { name, spec, before }: Change<TenantGatewaySpec>,
  profile: Named<GatewayProfileSpec>,
): Problem | undefined {
  const host = servedHost({ tenant: { name, spec }, profile });
  if (host === undefined) return undefined;
  if (before !== undefined && servedHost({ tenant: { name, spec: before }, profile }) === host) return undefined;
  const by = inputs.hostAskers(host).find((other) => other !== name);
  return by === undefined ? undefined : hostTaken({ spec, host, by });
}

/** A new tenant must not find a namespace that somebody else made; the runner would not take it either. */
async function namespaceVerdict(
  { client }: JudgeDeps,
  { name, spec }: Change<TenantGatewaySpec>,
  signal: AbortSignal,
): Promise<Verdict> {
  const namespace = cellNamespace(name);
  try {
    const live = await client.get(namespaces, { name: namespace }, signal);
    const labels = { [tenantLabel]: name, [organizationLabel]: spec.organization ?? 'default' };
    const why = namespaceProblem(live, labels);
    return { problems: why === undefined ? [] : [foreignNamespace(namespace, why)], warnings: [] };
  } catch (error) {
    if (isNotFound(error)) return { problems: [], warnings: [] };
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
