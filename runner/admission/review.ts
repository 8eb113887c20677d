/** What the API server asks a webhook, and what it is answered, without the frame of AdmissionReview. */
import type { Problem } from '../../constructs/api/problem.ts';

/** A write that somebody wants to make. */
export interface AdmissionRequest {
  readonly uid: string;
  /** Kind of the object, `TenantGateway`. */
  readonly kind: string;
  readonly name: string;
  readonly operation: 'CREATE' | 'UPDATE';
  /** The object as it would be stored, defaults filled in. */
  readonly object: unknown;
  /** What is stored now; undefined at CREATE. */
  readonly oldObject: unknown;
  readonly userInfo: { readonly username: string };
  /** Nothing will be stored. */
  readonly dryRun: boolean;
}

/** What a judge says: allowed if and only if there are no problems. */
export interface Verdict {
  readonly problems: readonly Problem[];
  /** Shown to whoever writes, refused or not. */
  readonly warnings: readonly string[];
}
