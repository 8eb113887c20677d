/**
 * A quota that becomes smaller goes last, when every pod runs the new revision: old pods count against it, and with too small
 * a quota the new ones are refused for good ("exceeded quota"). One that becomes larger goes first, as guards do; one that
 * becomes both is first as large as either.
 *
 * What it is meanwhile is wanted like anything else, so that a change by someone else is set back at once. It is made from the
 * ceilings that were accepted last, which are kept with their record, and not from those that the live object has.
 */
import type { LiveChild } from '../engine/children.ts';
import { isSmaller } from '../engine/quantity.ts';
import type { AppliedRecord } from '../engine/records-text.ts';
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
  const first = wanted.map((item) => {
    const step = item.kind.kind === 'ResourceQuota' ? firstStep(item, knownOf(item.key)) : item;
    if (step !== item) last.push(item);
    return step;
  });
  return { first, last };
}

/** What is kept with the record of a quota: its ceilings. */
export function ceilingsNote({ kind, body }: WantedObject): string | undefined {
  return kind.kind === 'ResourceQuota' ? JSON.stringify(ceilingsOf(body)) : undefined;
}

/** The quota itself, or what it is until the rollout is through. */
function firstStep(item: WantedObject, { live, record }: Known): WantedObject {
  // The last step was done already; whoever changed it since has it set back.
  if (record?.wanted === item.digest) return item;
  // Without a note (a record that was lost, or is older than notes) only the live object can tell; it may be a step of our own.
  const before = ceilingsIn(record?.note) ?? live?.facts.ceilings;
  if (before === undefined) return item;
  const after = ceilingsOf(item.body);
  if (!Object.keys(after).some((resource) => isTighter(after[resource], before[resource]))) return item;
  const hard = widerCeilings(before, after);
  return wantedObject(item.kind, { ...item.body, spec: { hard } }, item.strategy);
}

/** Undefined for what is no note of ours. */
function ceilingsIn(note: string | undefined): Ceilings | undefined {
  if (note === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(note);
    const isOurs = typeof parsed === 'object' && parsed !== null && Object.values(parsed).every(isText);
    return isOurs ? (parsed as Ceilings) : undefined;
  } catch {
    // Cut short, or written by someone else: it says nothing, and the live object counts.
    return undefined;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
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
