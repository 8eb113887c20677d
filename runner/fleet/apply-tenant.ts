/** A Managed tenant: claim, apply, prune, report. */
import type { Outcome } from '../engine/queue.ts';
import { errorsOf, isSettled } from '../engine/result.ts';
import type { ObjectResult } from '../engine/result.ts';
import { isStale } from '../kube/api-error.ts';
import type { Clock } from '../kube/clock.ts';
import { appliedText } from './applied-text.ts';
import { applySteps } from './apply-steps.ts';
import { assessApplied } from './assess.ts';
import type { Verdicts } from './assess.ts';
import { claimTenant, lostTokenWaitMs, tokenNameIn } from './claim.ts';
import { holdTenant } from './hold-tenant.ts';
import type { Tenant } from './inputs.ts';
import { RegoPendingError } from './judge.ts';
import { isHeldBack, lastingTrouble, noLaterThan } from './lasting-trouble.ts';
import type { Plan, Planned, Refusal } from './planner.ts';
import { refuseTenant } from './refuse-tenant.ts';
import { isOnItsWay, untoldRolloutMs } from './rollout-news.ts';
import { isThereAfter, urlOf } from './routes.ts';
import { foreignNamespace, readyPods, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';
import type { StatusDraft } from './tenant-status.ts';
import { tellResults, tellVerdicts } from './tell-results.ts';
import type { TokenName } from './token-name.ts';
import { needsToken } from './token-secret.ts';
import { tryAgain } from './try-again.ts';
import { shrinkRefusal } from './volume-growth.ts';

/** @throws what the API server answers to the writes on the tenant itself */
export async function applyTenant(deps: PassDeps, pass: Pass): Promise<Outcome> {
  deps.records.restore(pass.tenant.metadata.name, pass.tenant.status?.applied);
  const token = tokenNameIn(deps, pass.tenant);
  const first = await firstPlan(deps, pass, token);
  const refusal =
    'refusal' in first ? first.refusal : (namespaceRefusal(deps, pass.tenant) ?? shrinkRefusal(deps, pass, first.plan));
  if (refusal !== undefined) return holdRefused(deps, pass, refusal);

  const tenant = await claimTenant(deps, pass, token);
  const claimed = { ...pass, tenant };
  // The same plan, unless the tenant changed while it was claimed.
  const planned = await planOf(deps, claimed, { type: 'keep' });
  if ('refusal' in planned) return holdRefused(deps, claimed, planned.refusal);
  deps.lastPlans.keep(tenant, planned.plan);
  const outcome = await carryOut(deps, claimed, planned.plan);
  return outcome.type === 'retry' ? outcome : noLaterThan(outcome, lostTokenWaitMs(deps, tenant));
}

/** What runs stays as it was applied last, and says what is wrong. */
async function holdRefused(deps: PassDeps, pass: Pass, refusal: Refusal): Promise<Outcome> {
  return refuseTenant(deps, pass, { refusal, held: await holdTenant(deps, pass) });
}

/** While opa is at work, the tenant is held as it was applied last: others' changes do not wait for a verdict. */
async function firstPlan(deps: PassDeps, pass: Pass, token: TokenName): Promise<Planned> {
  try {
    return await planOf(deps, pass, token);
  } catch (error) {
    if (error instanceof RegoPendingError) await holdTenant(deps, pass);
    throw error;
  }
}

/** @param token what the name of the token's Secret is going to be */
function planOf({ planner }: PassDeps, { tenant, signal }: Pass, token: TokenName): Promise<Planned> {
  const { tokenSecretName } = (token.type === 'name' ? token.status : tenant.status) ?? {};
  return planner.plan(tenant, needsToken(tenant) ? tokenSecretName : undefined, signal);
}

function namespaceRefusal(deps: PassDeps, tenant: Tenant): Refusal | undefined {
  const problem = foreignNamespace(deps, tenant);
  return problem === undefined
    ? undefined
    : { reason: 'NamespaceNotOurs', message: `the namespace is not ours to take: ${problem}` };
}

async function carryOut(deps: PassDeps, pass: Pass, plan: Plan): Promise<Outcome> {
  const owner = pass.tenant.metadata.name;
  const results = await applySteps(deps, pass, plan);
  tellResults(deps, pass, results);
  const unsettled = results.filter(({ action }) => !isSettled(action));
  if (isTransient(unsettled, deps.clock) && !deps.blips.lasts(owner, stalenessMs)) return { type: 'retry' };
  const isDone = unsettled.length === 0;
  const trouble = lastingTrouble(deps, { owner, wanted: plan.wanted, results });
  const failed = unsettled.filter((result) => result.action !== 'skipped' && !isHeldBack(result));
  const running = runningOf(deps, owner, plan);
  const verdicts = assessApplied(failed, trouble, running);
  if (failed.length === 0) deps.blips.over(owner);
  else if (verdicts.Stalled.status !== 'True' && !deps.blips.lasts(owner)) return tryAgain(errorsOf(failed));
  const restMs = untoldRolloutMs(deps, pass.tenant, { plan, verdicts });
  const isUnderWay = isOnItsWay(deps, pass.tenant, verdicts);
  if (restMs > 0) return { type: 'after', ms: restMs, isUnderWay };
  const fields = fieldsOf({ tenant: pass.tenant, renderVersion: deps.renderVersion }, plan, {
    verdicts,
    isDone,
    url: urlOf(pass.tenant, {
      url: plan.output.url,
      wanted: plan.wanted,
      children: deps.children.of(owner).values(),
      isThere: isThereAfter(results),
    }),
    ready: readyPods(running),
  });
  const written = await writeTenantStatus(deps, pass, {
    verdicts,
    fields: { ...fields, applied: appliedText(deps, pass.tenant) },
    isFullPass: isDone || verdicts.Stalled.status === 'True',
  });
  if (written === 'written') tellVerdicts(deps, pass, verdicts);
  if (failed.length > 0 || written === 'stale') return tryAgain(errorsOf(failed));
  return noLaterThan({ type: 'settled', isUnderWay }, trouble.lookAgainMs);
}

/** How long our picture may be old on each pass before it is told, in milliseconds. */
const stalenessMs = 60_000;

/** How long an object may be on its way out before it is told, in milliseconds. */
const patienceMs = 20_000;

/** Only our picture was old, or an object is on its way out: nothing that anyone should read of. The watch brings news. */
function isTransient(unsettled: readonly ObjectResult[], clock: Clock): boolean {
  return unsettled.length > 0 && unsettled.every((result) => passesByItself(result, clock));
}

function passesByItself({ action, error, since }: ObjectResult, clock: Clock): boolean {
  if (action === 'failed') return isStale(error);
  const isYoung = since === undefined || clock.now() - Date.parse(since) < patienceMs;
  return action === 'skipped' || isYoung;
}

function fieldsOf(
  { tenant: { status, spec }, renderVersion }: { tenant: Tenant; renderVersion: string },
  plan: Plan,
  { verdicts, isDone, url, ready }: { verdicts: Verdicts; isDone: boolean; url: string | undefined; ready: number },
): StatusDraft['fields'] {
  const applied = isDone ? plan.revision : status?.revision?.applied;
  const lastGood = verdicts.Ready.status === 'True' ? plan.revision : status?.revision?.lastGood;
  return {
    revision: {
      desired: plan.revision,
      ...(applied === undefined ? {} : { applied }),
      ...(lastGood === undefined ? {} : { lastGood }),
    },
    version: plan.output.version,
    renderVersion,
    policyRevision: plan.output.policyRevision,
    url,
    namespace: plan.output.namespace,
    replicas: ready,
    ...(spec.access?.tokenSecretRef === undefined ? {} : { tokenSecretName: undefined }),
  };
}
