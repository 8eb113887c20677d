/**
 * AdmissionReview (admission.k8s.io/v1) as plain data: what the API server asks, and what it is answered.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response
 */
import type { Problem } from '../../constructs/api/problem.ts';
import { oneLine } from '../../files/problem.ts';
import { denialText } from './denial-text.ts';

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

/** Judges one request; what it throws leaves the request to the webhook's failurePolicy. */
export type AdmissionJudge = (request: AdmissionRequest, signal: AbortSignal) => Promise<Verdict>;

/** The API server cuts warnings at 256 characters, and keeps 4096 of all together. */
const longestWarning = 256;
const mostWarnings = 10;

const operations: ReadonlySet<unknown> = new Set(['CREATE', 'UPDATE']);

/** The request of a parsed AdmissionReview; undefined for anything else. */
export function readRequest(review: unknown): AdmissionRequest | undefined {
  const { apiVersion, kind, request } = fields(review);
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') return undefined;
  const { uid, name, operation, object, oldObject, userInfo, dryRun, ...rest } = fields(request);
  const about = fields(rest['kind'])['kind'];
  if (typeof uid !== 'string' || typeof about !== 'string' || !operations.has(operation)) return undefined;
  return {
    uid,
    kind: about,
    name: text(name),
    operation: operation as AdmissionRequest['operation'],
    object,
    oldObject: oldObject ?? undefined,
    userInfo: { username: text(fields(userInfo)['username']) },
    dryRun: dryRun === true,
  };
}

/** The answer to a request, as JSON. */
export function writeReview(uid: string, { problems, warnings }: Verdict): string {
  const shown = warnings.slice(0, mostWarnings).map((warning) => oneLine(warning).slice(0, longestWarning));
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: problems.length === 0,
      ...(problems.length === 0 ? {} : { status: denial(problems) }),
      ...(shown.length === 0 ? {} : { warnings: shown }),
    },
  });
}

/** A meta/v1 Status such as the API server itself gives for an invalid object. */
function denial(problems: readonly Problem[]): Readonly<Record<string, unknown>> {
  return {
    status: 'Failure',
    reason: 'Invalid',
    code: 422,
    message: denialText(problems),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
