/** Decisions as commands compare and show them. */
import type { Answer } from '../../files/policy/cases.ts';

/** What the library answers. */
export interface Decision {
  readonly allow: boolean;
  readonly requireApproval: boolean;
  readonly reasons: readonly string[];
  readonly audit: readonly string[];
  readonly revision?: string;
}

/** Rego of the answer. */
export const decisionQuery = 'data.cellwright.decision';

/** The answer where policy cannot be evaluated: the guard denies. */
export function failedDecision(message: string): Decision {
  return { allow: false, requireApproval: false, reasons: [`policy cannot be evaluated: ${message}`], audit: [] };
}

/** The answer in a word. */
export function answerOf({ allow, requireApproval }: Pick<Decision, 'allow' | 'requireApproval'>): Answer {
  if (!allow) {
    return 'deny';
  }
  return requireApproval ? 'approve' : 'allow';
}
