/**
 * What a pass did, for people: one line in the log, and an Event for each change of someone else that was undone, and for what
 * needs a person.
 */
import { isStale } from '../kube/api-error.ts';
import type { ObjectResult, Repair } from '../engine/result.ts';
import type { Verdicts } from './assess.ts';
import type { Pass, PassDeps } from './situation.ts';

/** Places that a sentence names. */
const mostPaths = 10;

/** Never throws. */
export function tellResults(deps: PassDeps, pass: Pass, results: readonly ObjectResult[]): void {
  logResults(pass, results);
  for (const { key, repaired } of results) {
    if (repaired === undefined) continue;
    const note = `undid a change of ${key}${repairText(repaired)}`;
    const fields = { child: key, by: repaired.by };
    deps.events.tell(pass, { type: 'Warning', reason: 'ChangeUndone', note, fields });
  }
}

/** Reasons of `Degraded` that do not pass by themselves. */
const lasting = new Set(['FieldFight', 'DeletionBlocked']);

/** An Event for what does not pass by itself; for callers that have just written it into the status. */
export function tellVerdicts({ events }: PassDeps, pass: Pass, { Stalled, Degraded }: Verdicts): void {
  const trouble = Stalled.status === 'True' ? Stalled : Degraded;
  if (trouble.status !== 'True' || (trouble === Degraded && !lasting.has(Degraded.reason))) return;
  events.tell(pass, { type: 'Warning', reason: trouble.reason, note: trouble.message });
}

function repairText({ by, paths }: Repair): string {
  if (by === undefined) return ': it, or its label, was gone';
  const more = paths.length > mostPaths ? ` and ${paths.length - mostPaths} more` : '';
  const places = paths.length === 0 ? '' : `: added ${paths.slice(0, mostPaths).join(', ')}${more}`;
  return ` by ${JSON.stringify(by)}${places}`;
}

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
