/**
 * A tenant that is being deleted. Needs neither profile nor a valid spec: whatever is broken, deleting works.
 *
 * Retain removes workload, walls and access, and keeps namespace, volumes and token Secret. Delete removes the namespace
 * and with it everything. A namespace that is not ours is not touched either way. One of too many at once is held (see
 * mass-deletion.ts), and one whose data would go because its very kind goes (see leaving-kind.ts).
 */
import { isConflict, isNotFound, isStale } from '../kube/api-error.ts';
import { fieldManager } from '../kube/client.ts';
import { cellNamespace } from '../../constructs/cell/labels.ts';
import type { LiveChild } from '../engine/children.ts';
import type { Outcome } from '../engine/queue.ts';
import { labelAgain, labelUnrecorded } from '../engine/label-again.ts';
import { appliedRecordIn } from '../engine/records-text.ts';
import { teardown } from '../engine/remove.ts';
import { errorsOf } from '../engine/result.ts';
import type { ObjectResult } from '../engine/result.ts';
import { assessDeleting, assessHeld } from './assess.ts';
import type { CellFacts } from './cell-facts.ts';
import { hasFinalizer, setFinalizer } from './claim.ts';
import type { Tenant } from './inputs.ts';
import { leavingKind } from './leaving-kind.ts';
import { workloadKey } from './planner.ts';
import { foreignNamespace, namespaceOf, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';
import { isEndOfTerm } from './term.ts';
import { tryAgain } from './try-again.ts';

/** How long to wait for an end that the watch should have told, in milliseconds. */
const lookAgainMs = 30_000;

/** @throws what the API server answers to the writes on the tenant itself */
export async function deleteTenant(deps: PassDeps, pass: Pass): Promise<Outcome> {
  const outcome = await removeCell(deps, pass);
  // The pass came to its end; failures before it, of another phase too, are no reason to tell the next one at once.
  deps.blips.over(pass.tenant.metadata.name);
  return outcome;
}

async function removeCell(deps: PassDeps, pass: Pass): Promise<Outcome> {
  const { name } = pass.tenant.metadata;
  if (!hasFinalizer(pass.tenant)) return { type: 'settled' };
  const held = deps.deletions.holdOf(pass.tenant) ?? (await leavingKind(deps, pass));
  if (held !== undefined) return holdBack(deps, pass, held);
  const results = await removeStep(deps, pass);
  if (results.length > 0) return waitFor(deps, pass, results);
  if (!(await letGo(deps, pass))) return { type: 'retry' };
  deps.records.forgetAll(name);
  deps.fights.forgetAll(name);
  if (isOurs(deps, pass.tenant)) deps.departed.remember(name);
  const note = `deleted: ${whatStays(deps, pass.tenant)}`;
  deps.events.tell(pass, { type: 'Normal', reason: 'Deleted', note });
  return { type: 'settled' };
}

/** @returns false when the tenant changed meanwhile: it is not told to be gone before it is */
async function letGo(deps: PassDeps, pass: Pass): Promise<boolean> {
  try {
    await setFinalizer(deps, pass, false);
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (isConflict(error)) return false;
    throw error;
  }
}

async function holdBack(deps: PassDeps, pass: Pass, message: string): Promise<Outcome> {
  const verdicts = assessHeld(message, runningOf(deps, pass.tenant.metadata.name));
  const written = await writeTenantStatus(deps, pass, { verdicts, fields: {}, isFullPass: true });
  if (written === 'written') {
    deps.events.tell(pass, { type: 'Warning', reason: verdicts.Stalled.reason, note: message });
  }
  return { type: written === 'stale' ? 'retry' : 'settled' };
}

/** Removes what is in turn, the walls after the last pod and the namespace at the very end; empty: nothing is left to remove. */
async function removeStep(deps: PassDeps, { tenant, signal }: Pass): Promise<ObjectResult[]> {
  const owner = tenant.metadata.name;
  deps.records.restore(owner, tenant.status?.applied);
  // A workload that is not seen would lose its walls and go on.
  if (tenant.spec.delivery !== 'Rendered') await labelAgain(deps.labelAgain, { owner, isWanted: () => false }, signal);
  if (!isOurs(deps, tenant)) return [];
  if (!isRecorded(tenant))
    await labelUnrecorded(deps.labelAgain, { ...workloadOf(owner), manager: fieldManager }, signal);
  const retains = tenant.spec.deletionPolicy !== 'Delete';
  const keep = ({ kind }: LiveChild<CellFacts>): boolean => retains && kind.kind === 'Namespace';
  const children = (await isNamespaceOurs(deps, tenant, signal)) ? deps.children.of(owner).values() : [];
  const results = await teardown(deps, { children, keep }, signal);
  for (const { key, action } of results) if (action === 'pruned') deps.records.forget(owner, key);
  return results;
}

/** What carries the tenant's label in a namespace that does not is somebody else's, unless the namespace is one that we made. */
async function isNamespaceOurs(deps: PassDeps, { metadata: { name } }: Tenant, signal: AbortSignal): Promise<boolean> {
  if (namespaceOf(deps, name) !== undefined || deps.children.of(name).size === 0) return true;
  const key = `Namespace/${cellNamespace(name)}`;
  await labelUnrecorded(deps.labelAgain, { owner: name, key, manager: fieldManager }, signal);
  return namespaceOf(deps, name) !== undefined;
}

/**
 * What arrived after its tenant was removed goes as well: only what a runner wrote last (Git or a backup may begin anew under
 * that name), and never the namespace, in which data may lie again. Never throws.
 */
export async function removeLate(
  deps: PassDeps,
  name: string,
  { log, signal }: Omit<Pass, 'tenant'>,
): Promise<Outcome> {
  if (!deps.departed.has(name)) return { type: 'settled' };
  const keep = ({ kind, writer }: LiveChild<CellFacts>): boolean =>
    kind.kind === 'Namespace' || writer !== fieldManager;
  try {
    const results = await teardown(deps, { children: deps.children.of(name).values(), keep }, signal);
    return results.some(({ action }) => action === 'failed') ? tryAgain(errorsOf(results)) : { type: 'settled' };
  } catch (error) {
    if (!isEndOfTerm(error, signal)) log.warn({ err: error }, 'the pass failed and is repeated');
    return tryAgain([error]);
  }
}

/** Whether the proof of what was applied says where the workload is; it may be unreadable, or never have been written. */
function isRecorded({ metadata, status }: Tenant): boolean {
  return appliedRecordIn(status?.applied, workloadOf(metadata.name).key) !== undefined;
}

function workloadOf(owner: string): { readonly owner: string; readonly key: string } {
  return { owner, key: workloadKey(cellNamespace(owner)) };
}

function isOurs(deps: PassDeps, tenant: Tenant): boolean {
  return tenant.spec.delivery !== 'Rendered' && foreignNamespace(deps, tenant) === undefined;
}

/** What is left, and how to come back to it. */
function whatStays(deps: PassDeps, tenant: Tenant): string {
  const { spec } = tenant;
  const { name } = tenant.metadata;
  const namespace = namespaceOf(deps, name);
  if (spec.delivery === 'Rendered') return 'its objects are Git’s to remove';
  if (namespace === undefined) return 'nothing of it is left';
  if (foreignNamespace(deps, tenant) !== undefined) return `namespace ${namespace.name} is not ours and was left alone`;
  const organization = spec.organization ?? 'default';
  return `namespace ${namespace.name} keeps its volumes and token Secret; a TenantGateway ${name} of organization ${organization} comes back to the volumes, with a new token, kubectl delete namespace ${namespace.name} removes them for good`;
}

async function waitFor(deps: PassDeps, pass: Pass, results: readonly ObjectResult[]): Promise<Outcome> {
  const failed = results.filter(({ action, error }) => action === 'failed' && !isStale(error));
  for (const { key, error } of failed)
    pass.log.warn({ child: key, err: error }, `cannot be deleted: ${error?.message ?? ''}`);
  const left = failed.length > 0 ? failed : results;
  const message = `deleting: waits for the end of ${left.map((result) => whyLeft(deps, pass.tenant, result)).join(', ')}`;
  const verdicts = assessDeleting(message, runningOf(deps, pass.tenant.metadata.name));
  const written = await writeTenantStatus(deps, pass, { verdicts, fields: {}, isFullPass: false });
  if (written === 'written' && left.some((result) => blockersOf(deps, pass.tenant, result).length > 0)) {
    deps.events.tell(pass, { type: 'Warning', reason: 'DeletionBlocked', note: message });
  }
  return results.some(({ action }) => action === 'failed')
    ? tryAgain(errorsOf(results))
    : { type: 'after', ms: lookAgainMs };
}

/** The object, and what keeps it: an error, others' finalizers, what is left in the namespace. */
function whyLeft(deps: PassDeps, tenant: Tenant, result: ObjectResult): string {
  const remaining = childOf(deps, tenant, result)?.facts.remaining;
  const reasons = [...blockersOf(deps, tenant, result), ...(remaining === undefined ? [] : [remaining])];
  return reasons.length === 0 ? result.key : `${result.key} (${reasons.join('; ')})`;
}

/** Finalizers that the API server and its controllers put on what is deleted, and take off again. */
const ordinary: readonly string[] = ['kubernetes', 'foregroundDeletion', 'orphan'];

/** What keeps an object and does not pass by itself. */
function blockersOf(deps: PassDeps, tenant: Tenant, result: ObjectResult): string[] {
  const { error } = result;
  const finalizers = childOf(deps, tenant, result)?.finalizers.filter((name) => !ordinary.includes(name)) ?? [];
  return [
    ...(error === undefined || isStale(error) ? [] : [error.message]),
    ...(finalizers.length === 0 ? [] : [`held by finalizer ${finalizers.join(', ')}`]),
  ];
}

function childOf(
  { children }: PassDeps,
  { metadata }: Tenant,
  { key }: ObjectResult,
): LiveChild<CellFacts> | undefined {
  return children.of(metadata.name).get(key);
}
