/** One pass over one tenant: what is it about, and which phase deals with it. Each phase sees only what it may use. */
import type { Outcome } from '../engine/queue.ts';
import { isConflict } from '../kube/api-error.ts';
import { applyTenant } from './apply-tenant.ts';
import { assessPassFailed, assessPaused } from './assess.ts';
import { deleteTenant } from './delete-tenant.ts';
import type { Tenant } from './inputs.ts';
import { observeTenant } from './observe-tenant.ts';
import { isPaused } from './paused.ts';
import { readyPods, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';
import { isEndOfTerm } from './term.ts';
import { tryAgain } from './try-again.ts';

/** What a tenant needs from a pass. */
export type Phase = 'paused' | 'delete' | 'observe' | 'apply';

/** The phase of a tenant. Paused comes first: it also holds back a deletion. */
export function phaseOf(tenant: Tenant): Phase {
  const { metadata, spec } = tenant;
  if (isPaused(tenant)) return 'paused';
  if (metadata.deletionTimestamp !== undefined) return 'delete';
  return spec.delivery === 'Rendered' ? 'observe' : 'apply';
}

/** Never throws: what goes wrong is logged and comes back with back-off. */
export async function tenantPass(deps: PassDeps, pass: Pass): Promise<Outcome> {
  try {
    return await runPhase(deps, pass);
  } catch (error) {
    logFailure(pass, error);
    await tellFailure(deps, pass, error);
    return tryAgain([error]);
  }
}

/** In status, when it lasts; what comes of that is in the log alone, since the same may be in its way. */
async function tellFailure(deps: PassDeps, pass: Pass, error: unknown): Promise<void> {
  const { name } = pass.tenant.metadata;
  if (isEndOfTerm(error, pass.signal) || isConflict(error) || !deps.blips.lasts(name)) return;
  const message = `the pass fails and is repeated: ${error instanceof Error ? error.message : String(error)}`;
  const verdicts = assessPassFailed(message, runningOf(deps, name));
  try {
    await writeTenantStatus(deps, pass, { verdicts, fields: {}, isFullPass: false });
  } catch (second) {
    logFailure(pass, second);
  }
}

function logFailure({ log, signal }: Pass, error: unknown): void {
  if (isEndOfTerm(error, signal)) return;
  // The tenant changed while we looked at it: the usual race, settled by the next pass.
  if (isConflict(error)) log.debug({ err: error }, 'the tenant changed meanwhile');
  else log.warn({ err: error }, 'the pass failed and is repeated');
}

async function runPhase(deps: PassDeps, pass: Pass): Promise<Outcome> {
  const phase = phaseOf(pass.tenant);
  if (phase !== 'observe') deps.observe.observations.forgetAll(pass.tenant.metadata.name);
  switch (phase) {
    case 'paused':
      return pauseTenant(deps, pass);
    case 'delete':
      return deleteTenant(deps, pass);
    case 'observe':
      return observeTenant(deps, pass);
    case 'apply':
      return applyTenant(deps, pass);
  }
}

async function pauseTenant(deps: PassDeps, pass: Pass): Promise<Outcome> {
  deps.blips.over(pass.tenant.metadata.name);
  const running = runningOf(deps, pass.tenant.metadata.name);
  const fields = { replicas: readyPods(running) };
  const written = await writeTenantStatus(deps, pass, { verdicts: assessPaused(running), fields, isFullPass: false });
  return written === 'stale' ? { type: 'retry' } : { type: 'settled' };
}

/** The tenant is gone: forget what was known of it. */
export function forgetTenant(deps: PassDeps, name: string): void {
  const { records, fights, observe, planner, lastPlans, blips, outages, rollouts } = deps;
  blips.over(name);
  outages.over(name);
  rollouts.over(name);
  observe.observations.forgetAll(name);
  records.forgetAll(name);
  fights.forgetAll(name);
  planner.forget(name);
  lastPlans.forget(name);
}
