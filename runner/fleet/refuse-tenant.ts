/** A tenant for which there is nothing to apply: what is wrong is told, and what runs is held as it is. */
import type { Outcome } from '../engine/queue.ts';
import { errorsOf, isComplete } from '../engine/result.ts';
import type { ObjectResult } from '../engine/result.ts';
import { appliedText } from './applied-text.ts';
import { assessApplied, assessRefused } from './assess.ts';
import type { Running } from './assess.ts';
import { notHeld } from './hold-tenant.ts';
import type { Held } from './hold-tenant.ts';
import { isHeldBack, noLaterThan } from './lasting-trouble.ts';
import type { LastingTrouble } from './lasting-trouble.ts';
import type { Refusal } from './planner.ts';
import { readyPods, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';
import { tryAgain } from './try-again.ts';
import type { Verdict } from './verdicts.ts';

/** Says what is wrong, and of what runs only what was not as it was applied last. @param held not of a tenant that Git applies */
export async function refuseTenant(
  deps: PassDeps,
  pass: Pass,
  { refusal, held = notHeld }: { readonly refusal: Refusal; readonly held?: Held },
): Promise<Outcome> {
  const owner = pass.tenant.metadata.name;
  const running = runningOf(deps, owner);
  const failed = held.results.filter((result) => result.action !== 'skipped' && !isHeldBack(result));
  const isHeld = isComplete(failed);
  if (isHeld) deps.blips.over(owner);
  const isTold = !isHeld && deps.blips.lasts(owner);
  const trouble = lastingVerdict({ failed: isTold ? failed : [], trouble: held.trouble, running });
  const verdicts = assessRefused(refusal, running, trouble ?? driftVerdict(held));
  // New only when an object had to be made anew: what is set back in its place is again as it was recorded.
  const applied = held.results.length === 0 ? {} : { applied: appliedText(deps, pass.tenant) };
  const fields = { replicas: readyPods(running), ...applied };
  const written = await writeTenantStatus(deps, pass, { verdicts, fields, isFullPass: true });
  if (written === 'written') tell(deps, pass, { refusal, held });
  if (written === 'stale' || refusal.isTemporary === true || !isHeld) return tryAgain(errorsOf(failed));
  return noLaterThan({ type: 'settled' }, held.trouble.lookAgainMs);
}

function tell(deps: PassDeps, pass: Pass, { refusal, held }: { readonly refusal: Refusal; readonly held: Held }): void {
  deps.events.tell(pass, { type: 'Warning', reason: refusal.reason, note: `refused: ${refusal.message}` });
  const drift = driftVerdict(held);
  if (drift !== undefined) deps.events.tell(pass, { type: 'Warning', reason: drift.reason, note: drift.message });
}

interface Lasting {
  /** What could not be set back for long. */
  readonly failed: readonly ObjectResult[];
  readonly trouble: LastingTrouble;
  readonly running: Running;
}

/** A fight is told at once, since waiting does not help, and as long as it lasts. */
function lastingVerdict({ failed, trouble, running }: Lasting): Verdict | undefined {
  const { Degraded } = assessApplied(failed, trouble, running);
  return Degraded.status === 'True' ? Degraded : undefined;
}

function driftVerdict({ drift }: Held): Verdict | undefined {
  if (drift === '') return undefined;
  const message = `not as it was applied last, and set back only when the spec is accepted: ${drift}`;
  return { status: 'True', reason: 'Drift', message };
}
