/**
 * A tenant that is being deleted. Needs neither profile nor a valid spec: whatever is broken, deleting works.
 *
 * Retain removes workload, walls and access, and keeps namespace, volumes and token Secret. Delete removes the namespace
 * and with it everything. A namespace that is not ours is not touched either way. One of too many at once is held (see
 * mass-deletion.ts).
 */
import { isConflict, isNotFound } from '../kube/api-error.ts';
import type { LiveChild } from '../engine/children.ts';
import type { Outcome } from '../engine/queue.ts';
import { teardown } from '../engine/remove.ts';
import type { ObjectResult } from '../engine/result.ts';
import { assessDeleting, assessHeld } from './assess.ts';
import type { CellFacts } from './cell-facts.ts';
import { hasFinalizer, setFinalizer } from './claim.ts';
import { foreignNamespace, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';

/** How long to wait for an end that the watch should have told, in milliseconds. */
const lookAgainMs = 30_000;

/** @throws what the API server answers to the writes on the tenant itself */
export async function deleteTenant(deps: PassDeps, pass: Pass): Promise<Outcome> {
  const { name } = pass.tenant.metadata;
  if (!hasFinalizer(pass.tenant)) return { type: 'settled' };
  const held = deps.deletions.holdOf(pass.tenant);
  if (held !== undefined) return holdBack(deps, pass, held);
  const results = await removeStep(deps, pass);
  if (results.length > 0) return waitFor(deps, pass, results);
  await setFinalizer(deps, pass, false).catch((error: unknown) => {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  });
  deps.records.forgetAll(name);
  pass.log.info('deleted');
  return { type: 'settled' };
}

async function holdBack(deps: PassDeps, pass: Pass, message: string): Promise<Outcome> {
  const verdicts = assessHeld(message, runningOf(deps, pass.tenant.metadata.name));
  const written = await writeTenantStatus(deps, pass, { verdicts, fields: {}, isFullPass: true });
  if (written === 'written') pass.log.warn({ reason: verdicts.Stalled.reason }, message);
  return { type: written === 'stale' ? 'retry' : 'settled' };
}

/** Removes what is in turn, the walls after the last pod and the namespace at the very end; empty: nothing is left to remove. */
async function removeStep(deps: PassDeps, { tenant, signal }: Pass): Promise<ObjectResult[]> {
  if (tenant.spec.delivery === 'Rendered' || foreignNamespace(deps, tenant) !== undefined) return [];
  const retains = tenant.spec.deletionPolicy !== 'Delete';
  const keep = ({ kind }: LiveChild<CellFacts>): boolean => retains && kind.kind === 'Namespace';
  return teardown(deps, { children: deps.children.of(tenant.metadata.name).values(), keep }, signal);
}

async function waitFor(deps: PassDeps, pass: Pass, results: readonly ObjectResult[]): Promise<Outcome> {
  const failed = results.filter(({ action }) => action === 'failed');
  for (const { key, error } of failed)
    pass.log.warn({ child: key, err: error }, `cannot be deleted: ${error?.message ?? ''}`);
  const left = failed.length > 0 ? failed : results;
  const message = `deleting: waits for the end of ${left.map(({ key, error }) => (error ? `${key} (${error.message})` : key)).join(', ')}`;
  const verdicts = assessDeleting(message, runningOf(deps, pass.tenant.metadata.name));
  await writeTenantStatus(deps, pass, { verdicts, fields: {}, isFullPass: false });
  return failed.length > 0 ? { type: 'retry' } : { type: 'after', ms: lookAgainMs };
}
