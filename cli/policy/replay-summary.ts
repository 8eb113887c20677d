/** What a replay found: changed answers by tenant, question and rule. */
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { Answer } from '../../files/policy/cases.ts';
import type { RecordedDecision } from '../../files/policy/decision-log.ts';
import { answerOf } from './decision.ts';
import type { Decision } from './decision.ts';

/** The part of an answer that is compared. */
export type DecidedAgain = Pick<Decision, 'allow' | 'requireApproval' | 'reasons'>;

/** Calls whose answer would change in the same way for the same reason. */
export interface Change {
  readonly now: Answer;
  readonly before: Answer;
  readonly tenant: string;
  readonly kind: string;
  readonly name: string;
  /** The reasons of the answer that is no allow: today's, or the recorded one's where today's has none. */
  readonly rule: string;
  calls: number;
}

/** Counts changed answers; its size is that of the result, not of the log. */
export class ReplaySummary {
  readonly #changes = new Map<string, Change>();
  /** Calls that were decided again. */
  calls = 0;
  /** Calls of tenants that the fleet does not have. */
  unknownTenant = 0;
  /** Calls whose record hides something that policy looks at. */
  inexact = 0;
  /** Lines of decisions that could not be read. */
  unreadable = 0;

  /** Adds what came of a recorded decision that was seen a number of times. */
  add({ input, result }: RecordedDecision, decision: DecidedAgain, calls: number): void {
    this.calls += calls;
    const before = answerOf(result ?? { allow: false, requireApproval: false });
    const now = answerOf(decision);
    if (now === before) {
      return;
    }
    const { tenant, kind } = input;
    const name = input.name ?? input.requester ?? '';
    const rule = (now === 'allow' ? (result?.reasons ?? []) : decision.reasons).join('; ');
    const key = JSON.stringify([now, before, tenant, kind, name, rule]);
    const change = this.#changes.get(key) ?? { now, before, tenant, kind, name, rule, calls: 0 };
    change.calls += calls;
    this.#changes.set(key, change);
  }

  /** Changes to one answer, the most frequent first. */
  changesTo(now: Answer): readonly Change[] {
    // Batches end in any order; what is shown does not depend on it.
    return [...this.#changes.entries()]
      .filter(([, change]) => change.now === now)
      .sort(([a, { calls }], [b, { calls: others }]) => others - calls || byCodeUnit(a, b))
      .map(([, change]) => change);
  }
}
