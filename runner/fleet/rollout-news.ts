/**
 * When a rollout is news. Its begin is told with the write that keeps the proof of what was applied, its end when it is there; the
 * pods that come and go in between are told only when one is in trouble, when a gateway that served is away for long, or when the
 * rollout takes long. So a rollout costs two writes of status, whether pods start in a second or in twenty, one or a thousand at once.
 */
import { appliedText } from './applied-text.ts';
import type { Verdicts } from './assess.ts';
import type { Tenant } from './inputs.ts';
import type { Plan } from './planner.ts';
import type { PassDeps } from './situation.ts';
import type { ConditionType } from './verdicts.ts';

/**
 * How long a gateway that served may be away before that is told, in milliseconds: a node pulls the image, the process starts.
 * Ready is False from the begin of the rollout.
 */
const outageMs = 60_000;

/** How long a rollout may take before its state is told as it is, in milliseconds. */
const rolloutMs = 180_000;

/** What {@link untoldRolloutMs} looks at. */
type NewsDeps = Pick<PassDeps, 'fights' | 'outages' | 'pods' | 'records' | 'rollouts'>;

/** How long what the pass found need not be told, in milliseconds; 0 when it is to be told now. */
export function untoldRolloutMs(
  deps: NewsDeps,
  tenant: Tenant,
  { plan, verdicts }: { readonly plan: Plan; readonly verdicts: Verdicts },
): number {
  const owner = tenant.metadata.name;
  const isAway = verdicts.Available.status !== 'True';
  if (!isAway) deps.outages.over(owner);
  if (verdicts.Reconciling.reason !== rollingOut || deps.pods.inTrouble(owner)) return 0;
  const since = toldSince(deps, tenant, plan);
  if (since === undefined) return 0;
  const served = conditionOf(tenant, 'Available')?.status === 'True';
  const awayMs = isAway && served ? deps.outages.restMs(owner, outageMs) : Infinity;
  return Math.max(0, Math.min(awayMs, rolloutMs - deps.rollouts.ageMs(owner, plan.revision, since)));
}

/** Whether a gateway that was ready before is on its way to be so again; one that gets nowhere is not. */
export function isOnItsWay(
  { pods }: Pick<PassDeps, 'pods'>,
  { metadata, status }: Tenant,
  verdicts: Verdicts,
): boolean {
  const wasReady = status?.revision?.lastGood !== undefined;
  return wasReady && verdicts.Reconciling.reason === rollingOut && !pods.inTrouble(metadata.name);
}

/** Since when the tenant is told to roll out to this plan, by the clock of whoever told it. */
function toldSince(deps: NewsDeps, tenant: Tenant, plan: Plan): string | undefined {
  const { metadata, status } = tenant;
  const told = conditionOf(tenant, 'Reconciling');
  if (told?.reason !== rollingOut || told.observedGeneration !== metadata.generation) return undefined;
  const isOfPlan = status?.revision?.applied === plan.revision && status.applied === appliedText(deps, tenant);
  return isOfPlan ? told.lastTransitionTime : undefined;
}

const rollingOut = 'RollingOut';

function conditionOf({ status }: Tenant, type: ConditionType): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

type Condition = NonNullable<NonNullable<Tenant['status']>['conditions']>[number];
