/**
 * A quota that becomes smaller goes last, when every pod runs the new revision: old pods count against it, and with too small
 * a quota the new ones are refused for good ("exceeded quota"). One that becomes larger goes first, as guards do; one that
 * becomes both is first as large as either.
 */
import type { LiveChild } from '../engine/children.ts';
import { isSmaller } from '../engine/quantity.ts';
import type { AppliedRecord } from '../engine/records.ts';
import { wantedObject } from '../engine/wanted.ts';
import type { WantedObject } from '../engine/wanted.ts';
import { ceilingsOf } from './cell-facts.ts';
import type { CellFacts, Ceilings } from './cell-facts.ts';

/** What goes at once, and what only when the rollout is through. */
export interface Steps {
  readonly first: readonly WantedObject[];
  readonly last: readonly WantedObject[];
}

/** What is known of an object that is there. */
export interface Known {
  readonly live: LiveChild<CellFacts> | undefined;
  readonly record: AppliedRecord | undefined;
}

/** Splits what is wanted; without a quota that becomes smaller everything goes at once. */
export function quotaSteps(wanted: readonly WantedObject[], knownOf: (key: string) => Known): Steps {
  const last: WantedObject[] = [];
  const first = wanted.flatMap((item) => {
    const step = item.kind.kind === 'ResourceQuota' ? firstStep(item, knownOf(item.key)) : item;
    if (step !== item) last.push(item);
    return step ?? [];
  });
  return { first, last };
}

/** The quota itself, a wider one for now, or undefined to leave it as it is for now. */
function firstStep(item: WantedObject, { live, record }: Known): WantedObject | undefined {
  const before = live?.facts.ceilings;
  // One that others changed is set back at once, whichever way they changed it; without a record it may be a step of our own.
  const isOurChange = live !== undefined && record?.wanted !== item.digest;
  if (before === undefined || !isOurChange) return item;
  const after = ceilingsOf(item.body);
  if (!Object.keys(after).some((resource) => isTighter(after[resource], before[resource]))) return item;
  const wider = widerCeilings(before, after);
  const grows =
    Object.keys(wider).length !== Object.keys(before).length ||
    Object.keys(wider).some((resource) => wider[resource] !== before[resource]);
  return grows ? wantedObject(item.kind, { ...item.body, spec: { hard: wider } }, item.strategy) : undefined;
}

/** For each resource that both limit the larger amount; what only one limits is not limited. */
function widerCeilings(before: Ceilings, after: Ceilings): Ceilings {
  const both = Object.entries(before).filter(([resource]) => resource in after);
  return Object.fromEntries(
    both.map(([resource, amount]) => [
      resource,
      isTighter(amount, after[resource]) ? (after[resource] ?? amount) : amount,
    ]),
  );
}

/** Whether `left` is a tighter limit than `right`; no limit is the widest. */
function isTighter(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && (right === undefined || isSmaller(left, right));
}
