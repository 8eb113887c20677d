/**
 * When a rollout is news. Its begin is told with the write that keeps the proof of what was applied, its end when it is there; the
 * pods that come and go in between are told only when one is in trouble or the rollout takes long. So a rollout costs two writes
 * of status, whether pods start in a second or in twenty.
 */
import type { Verdicts } from './assess.ts';
import type { Tenant } from './inputs.ts';
import type { Plan } from './planner.ts';
import type { PassDeps } from './situation.ts';

/** How long a rollout may take before its state is told, in milliseconds: an ordinary gateway is ready by then. */
const patienceMs = 30_000;

/** How long what the pass found need not be told, in milliseconds; 0 when it is to be told now. */
export function untoldRolloutMs(
  { clock, pods, records }: Pick<PassDeps, 'clock' | 'pods' | 'records'>,
  { metadata, status }: Tenant,
  { plan, verdicts }: { readonly plan: Plan; readonly verdicts: Verdicts },
): number {
  if (verdicts.Reconciling.reason !== rollingOut || pods.inTrouble(metadata.name)) return 0;
  const told = status?.conditions?.find(({ type }) => type === 'Reconciling');
  const isTold =
    told?.reason === rollingOut &&
    told.observedGeneration === metadata.generation &&
    status?.revision?.applied === plan.revision &&
    status.applied === records.textOf(metadata.name);
  return isTold ? Math.max(0, patienceMs - (clock.now() - Date.parse(told.lastTransitionTime))) : 0;
}

const rollingOut = 'RollingOut';
