/** A Managed tenant: claim, apply, prune, report. */
import { applyPass } from '../engine/apply-pass.ts';
import type { Outcome } from '../engine/queue.ts';
import { prune } from '../engine/remove.ts';
import { isComplete } from '../engine/result.ts';
import type { ObjectResult } from '../engine/result.ts';
import { isStale } from '../kube/api-error.ts';
import { assessFailed, assessRefused, assessSettled } from './assess.ts';
import type { Verdicts } from './assess.ts';
import { claimTenant, lostTokenWaitMs } from './claim.ts';
import type { Tenant } from './inputs.ts';
import type { Plan, Planned, Refusal } from './planner.ts';
import { foreignNamespace, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';
import type { StatusDraft } from './tenant-status.ts';
import { needsToken } from './token-secret.ts';

/** @throws what the API server answers to the writes on the tenant itself */
export async function applyTenant(deps: PassDeps, pass: Pass): Promise<Outcome> {
  const first = planOf(deps, pass.tenant);
  const refusal = 'refusal' in first ? first.refusal : namespaceRefusal(deps, pass.tenant);
  if (refusal !== undefined) return refuseTenant(deps, pass, refusal);

  const tenant = await claimTenant(deps, pass);
  const claimed = { ...pass, tenant };
  const planned = planOf(deps, tenant);
  if ('refusal' in planned) return refuseTenant(deps, claimed, planned.refusal);
  const outcome = await carryOut(deps, claimed, planned.plan);
  const waitMs = outcome.type === 'settled' ? lostTokenWaitMs(deps, tenant) : undefined;
  return waitMs === undefined ? outcome : { type: 'after', ms: waitMs };
}

/** Leaves what runs as it is and says what is wrong. */
export async function refuseTenant(deps: PassDeps, pass: Pass, refusal: Refusal): Promise<Outcome> {
  const running = runningOf(deps, pass.tenant.metadata.name);
  const verdicts = assessRefused(refusal, running);
  const fields = { replicas: running.workload?.ready ?? 0 };
  const written = await writeTenantStatus(deps, pass, { verdicts, fields, isFullPass: true });
  if (written === 'written') pass.log.warn({ reason: refusal.reason }, `refused: ${refusal.message}`);
  if (written === 'stale') return { type: 'retry' };
  return { type: 'settled' };
}

function planOf({ planner }: PassDeps, tenant: Tenant): Planned {
  return planner.plan(tenant, needsToken(tenant) ? tenant.status?.tokenSecretName : undefined);
}

function namespaceRefusal(deps: PassDeps, tenant: Tenant): Refusal | undefined {
  const problem = foreignNamespace(deps, tenant);
  return problem === undefined
    ? undefined
    : { reason: 'NamespaceNotOurs', message: `the namespace is not ours to take: ${problem}` };
}

async function carryOut(deps: PassDeps, pass: Pass, plan: Plan): Promise<Outcome> {
  const owner = pass.tenant.metadata.name;
  const results = await applyPass(deps.apply, { owner, wanted: plan.wanted }, pass.signal);
  if (isComplete(results)) results.push(...(await pruneTenant(deps, pass, plan)));
  logResults(pass, results);
  const failed = results.filter(({ action }) => action === 'failed');
  // Only our picture was old: no failure that anyone should read of. The watch brings the new one.
  if (failed.length > 0 && failed.every(({ error }) => isStale(error))) return { type: 'retry' };
  const isDone = failed.length === 0 && isAllApplied(results, plan);
  const running = runningOf(deps, owner, plan);
  const verdicts = isDone ? assessSettled(running) : assessFailed(results, running);
  const written = await writeTenantStatus(deps, pass, {
    verdicts,
    fields: fieldsOf({ tenant: pass.tenant, renderVersion: deps.renderVersion }, plan, {
      verdicts,
      isDone,
      ready: running.workload?.ready ?? 0,
    }),
    isFullPass: isDone || verdicts.Stalled.status === 'True',
  });
  return isDone && written !== 'stale' ? { type: 'settled' } : { type: 'retry' };
}

/** What went before prune: a child that waits for its own deletion is not there yet. */
function isAllApplied(results: readonly ObjectResult[], plan: Plan): boolean {
  return isComplete(results.slice(0, plan.wanted.length));
}

/**
 * Old ConfigMaps stay while pods of an older revision may still start: the StatefulSet re-creates a lost pod at its old
 * revision until the rollout is through.
 */
async function pruneTenant(deps: PassDeps, { tenant, signal }: Pass, plan: Plan): Promise<ObjectResult[]> {
  const owner = tenant.metadata.name;
  const wanted = new Set(plan.wanted.map(({ key }) => key));
  deps.records.keepOnly(owner, wanted);
  const { workload } = runningOf(deps, owner);
  const isRollingOut = workload === undefined || !workload.isRolledOut;
  const children = [...deps.children.of(owner).values()];
  return prune(
    deps,
    { children, keep: ({ key, kind }) => wanted.has(key) || (isRollingOut && kind.kind === 'ConfigMap') },
    signal,
  );
}

function fieldsOf(
  { tenant: { status, spec }, renderVersion }: { tenant: Tenant; renderVersion: string },
  plan: Plan,
  { verdicts, isDone, ready }: { verdicts: Verdicts; isDone: boolean; ready: number },
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
    url: plan.output.url,
    namespace: plan.output.namespace,
    replicas: ready,
    ...(spec.access?.tokenSecretRef === undefined ? {} : { tokenSecretName: undefined }),
  };
}

/** One line a pass that did something, and one for each failure. */
function logResults({ log }: Pass, results: readonly ObjectResult[]): void {
  const of = (action: ObjectResult['action']): string[] =>
    results.filter((result) => result.action === action).map(({ key }) => key);
  const created = of('created');
  const configured = of('configured');
  const pruned = of('pruned');
  for (const { key, error } of results) {
    if (error !== undefined && !isStale(error)) log.warn({ child: key, err: error }, `failed: ${error.message}`);
  }
  if (created.length + configured.length + pruned.length > 0) {
    log.info({ created: created.length, configured, pruned }, 'applied');
  }
}
