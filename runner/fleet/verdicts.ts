/** Conditions as verdicts, and how verdicts become the conditions of a status. */

/** The conditions of a TenantGateway, in the order in which they are shown. */
export const conditionTypes = ['Ready', 'Available', 'Reconciling', 'Stalled', 'PolicySynced', 'Degraded'] as const;
export type ConditionType = (typeof conditionTypes)[number];

/** Reason of the condition Stalled while a deletion is held. */
export const massDeletionReason = 'MassDeletion';

/** What is said of one condition. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word for programs. */
  readonly reason: string;
  /** One sentence for people; it must not change while nothing changes. */
  readonly message: string;
}

/** A condition as status holds it. */
export interface Condition extends Verdict {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** Longest message that the schema takes. */
const longestMessage = 4096;

/** What conditions are made from. */
export interface ConditionInput {
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Conditions as they are; those of types without a verdict are left out of the result. */
  readonly before: readonly Condition[];
  readonly generation: number;
  /** RFC 3339. */
  readonly now: string;
}

/** Conditions in the order of the verdicts; the time is that of the last change of `status`, as every Kubernetes API means it. */
export function toConditions({ verdicts, before, generation, now }: ConditionInput): Condition[] {
  return Object.entries(verdicts).map(([type, { status, reason, message }]) => {
    const known = before.find((condition) => condition.type === type);
    return {
      type,
      status,
      reason,
      message: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
      lastTransitionTime: known?.status === status ? known.lastTransitionTime : now,
      observedGeneration: generation,
    };
  });
}
