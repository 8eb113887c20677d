/**
 * What is wrong with a tenant although each pass may come to its end: an object is fought over. It is told as long as
 * it lasts, and the next look at it has its time, so that it costs no request in between.
 */
import { FieldFightError } from '../engine/fights.ts';
import type { Fight } from '../engine/fights.ts';
import type { ObjectResult } from '../engine/result.ts';
import type { Plan } from './planner.ts';
import type { PassDeps } from './situation.ts';

/** See above. */
export interface LastingTrouble {
  /** Objects that are fought over, as failures, whatever this pass did to them. */
  readonly fought: readonly ObjectResult[];
  /** When to look again, in milliseconds; undefined when only a change can bring news. */
  readonly lookAgainMs: number | undefined;
}

/** @param results of the whole pass */
export function lastingTrouble(
  deps: Pick<PassDeps, 'fights'>,
  { owner, plan, results }: { readonly owner: string; readonly plan: Plan; readonly results: readonly ObjectResult[] },
): LastingTrouble {
  const isWanted = new Set(plan.wanted.map(({ key }) => key));
  // Who does not want the object any more (or wants it again) has given up that fight.
  const fights = deps.fights.of(owner).filter(({ key, act }) => isWanted.has(key) === (act === 'repair'));
  const heldBack = new Set(results.filter(isHeldBack).map(({ key }) => key));
  const lookAgainMs = Math.min(...fights.map((fight) => restMs(fight, heldBack)));
  return {
    fought: fights.map(({ key, error }): ObjectResult => ({ key, action: 'failed', error })),
    lookAgainMs: Number.isFinite(lookAgainMs) ? lookAgainMs : undefined,
  };
}

/** Whether the object was left alone because it is fought over. */
export function isHeldBack({ error }: ObjectResult): boolean {
  return error instanceof FieldFightError;
}

/** Until it is done once more, or, when it is as we want it, until there was peace for long enough. */
function restMs({ key, truceRestMs, peaceRestMs }: Fight, heldBack: ReadonlySet<string>): number {
  return Math.max(1, heldBack.has(key) ? truceRestMs : peaceRestMs);
}
