/** A tenant for which there is nothing to apply: what is wrong is told, and what runs is held as it is. */
import type { Outcome } from '../engine/queue.ts';
import { isComplete } from '../engine/result.ts';
import { appliedText } from './applied-text.ts';
import { assessFailed, assessRefused } from './assess.ts';
import type { Running } from './assess.ts';
import { notHeld } from './hold-tenant.ts';
import type { Held } from './hold-tenant.ts';
import type { Refusal } from './planner.ts';
import { readyPods, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';
import type { Verdict } from './verdicts.ts';

/** Says what is wrong, and of what runs only what was not as it was applied last. @param held not of a tenant that Git applies */
export async function refuseTenant(
  deps: PassDeps,
  pass: Pass,
  { refusal, held = notHeld }: { readonly refusal: Refusal; readonly held?: Held },
): Promise<Outcome> {
  const owner = pass.tenant.metadata.name;
  const running = runningOf(deps, owner);
  const isHeld = isComplete(held.results);
  if (isHeld) deps.blips.over(owner);
  const trouble = isHeld ? undefined : notSetBack(deps, owner, { held, running });
  const verdicts = assessRefused(refusal, running, trouble ?? driftVerdict(held));
  // New only when an object had to be made anew: what is set back in its place is again as it was recorded.
  const applied = held.results.length === 0 ? {} : { applied: appliedText(deps, pass.tenant) };
  const fields = { replicas: readyPods(running), ...applied };
  const written = await writeTenantStatus(deps, pass, { verdicts, fields, isFullPass: true });
  if (written === 'written') tell(deps, pass, { refusal, held });
  return { type: written === 'stale' || refusal.isTemporary === true || !isHeld ? 'retry' : 'settled' };
}

function tell(deps: PassDeps, pass: Pass, { refusal, held }: { readonly refusal: Refusal; readonly held: Held }): void {
  deps.events.tell(pass, { type: 'Warning', reason: refusal.reason, note: `refused: ${refusal.message}` });
  const drift = driftVerdict(held);
  if (drift !== undefined) deps.events.tell(pass, { type: 'Warning', reason: drift.reason, note: drift.message });
}

/** What could not be set back; a fight is told at once, since waiting does not help. */
function notSetBack(
  { blips }: PassDeps,
  owner: string,
  { held, running }: { readonly held: Held; readonly running: Running },
): Verdict | undefined {
  const { Degraded } = assessFailed(held.results, running);
  return blips.lasts(owner) || Degraded.reason === 'FieldFight' ? Degraded : undefined;
}

function driftVerdict({ drift }: Held): Verdict | undefined {
  if (drift === '') return undefined;
  const message = `not as it was applied last, and set back only when the spec is accepted: ${drift}`;
  return { status: 'True', reason: 'Drift', message };
}
