/**
 * What is wrong with a tenant although each pass may come to its end: an object is fought over, or one that nobody wants is held on
 * its way out. It is told as long as it lasts, and the next look at it has its time, so that it costs no request in between.
 */
import type { LiveChild } from '../engine/children.ts';
import { FieldFightError } from '../engine/fights.ts';
import type { Fight } from '../engine/fights.ts';
import type { Outcome } from '../engine/queue.ts';
import type { ObjectResult } from '../engine/result.ts';
import type { WantedObject } from '../engine/wanted.ts';
import { firstFew } from './first-few.ts';
import type { PassDeps } from './situation.ts';

/**
 * How long an object that is not wanted may be on its way out before that is told, in milliseconds. Controllers that give something
 * back first (a load balancer of a Service or an Ingress) take minutes for it.
 */
export const leavingPatienceMs = 300_000;

/** Objects that a message names. */
const shownObjects = 5;

/** See above. */
export interface LastingTrouble {
  /** Objects that are fought over, as failures, whatever this pass did to them. */
  readonly fought: readonly ObjectResult[];
  /** What is held on its way out, in words; undefined when nothing is. */
  readonly held: string | undefined;
  /** When to look again, in milliseconds; undefined when only a change can bring news. */
  readonly lookAgainMs: number | undefined;
}

/** What an owner is held to, and what a whole pass did for that. */
interface Holding {
  readonly owner: string;
  readonly wanted: readonly WantedObject[];
  readonly results: readonly ObjectResult[];
}

export function lastingTrouble(
  deps: Pick<PassDeps, 'fights' | 'children' | 'clock'>,
  { owner, wanted, results }: Holding,
): LastingTrouble {
  const isWanted = new Set(wanted.map(({ key }) => key));
  // Who does not want the object any more (or wants it again) has given up that fight.
  const fights = deps.fights.of(owner).filter(({ key, act }) => isWanted.has(key) === (act === 'repair'));
  const heldBack = new Set(results.filter(isHeldBack).map(({ key }) => key));
  const leaving = results
    .filter(({ action, since }) => action === 'leaving' && since !== undefined)
    .map(({ key, since = '' }) => ({ key, since, restMs: restOf(since, deps.clock.now()) }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  const waits = [...fights.map((fight) => restMs(fight, heldBack)), ...leaving.map((child) => child.restMs)];
  const lookAgainMs = Math.min(...waits.filter((ms) => ms > 0));
  return {
    fought: fights.map(({ key, error }): ObjectResult => ({ key, action: 'failed', error })),
    held: heldText(
      leaving.filter((child) => child.restMs === 0),
      deps.children.of(owner),
    ),
    lookAgainMs: Number.isFinite(lookAgainMs) ? lookAgainMs : undefined,
  };
}

/** Whether the object was left alone because it is fought over. */
export function isHeldBack({ error }: ObjectResult): boolean {
  return error instanceof FieldFightError;
}

/** Looks again after that time, or as soon as the outcome says. */
export function noLaterThan(outcome: Exclude<Outcome, { type: 'retry' }>, ms: number | undefined): Outcome {
  if (ms === undefined) return outcome;
  return { ...outcome, type: 'after', ms: outcome.type === 'after' ? Math.min(outcome.ms, ms) : ms };
}

/** Until it is done once more, or, when it is as we want it, until there was peace for long enough. */
function restMs({ key, truceRestMs, peaceRestMs }: Fight, heldBack: ReadonlySet<string>): number {
  return Math.max(1, heldBack.has(key) ? truceRestMs : peaceRestMs);
}

/** Never longer than the patience itself, whatever the clock of the API server says. */
function restOf(since: string, now: number): number {
  return Math.min(leavingPatienceMs, Math.max(0, Date.parse(since) + leavingPatienceMs - now));
}

function heldText(
  leaving: readonly { readonly key: string; readonly since: string }[],
  children: ReadonlyMap<string, LiveChild<unknown>>,
): string | undefined {
  if (leaving.length === 0) return undefined;
  const texts = leaving.map(({ key, since }) => {
    const finalizers = children.get(key)?.finalizers ?? [];
    const why = finalizers.length === 0 ? '' : `, held by finalizer ${finalizers.join(', ')}`;
    return `${key} is not wanted and has been on its way out since ${since}${why}`;
  });
  return firstFew(texts, shownObjects).join(' | ');
}
