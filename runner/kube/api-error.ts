/** What can go wrong between us and the API server. Decide by class, `status` and `reason`, never by text. */

/** One cause inside a Status (meta/v1 StatusCause). */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The parts of a meta/v1 Status that we use. */
export interface StatusBody {
  /** `continue`: of an expired list (410), where its remainder begins, at a newer version. */
  readonly metadata?: { readonly continue?: string };
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes?: readonly StatusCause[]; readonly retryAfterSeconds?: number };
}

/** What is known of a refused request. */
export interface ApiErrorFields {
  /** HTTP status. */
  readonly status: number;
  /** `NotFound`, `Conflict`, `Invalid`; empty when the answer was no Status. */
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfterSeconds: number | undefined;
  /** Token of the remainder of an expired list, which is not of one version with what came before. */
  readonly continueFrom?: string | undefined;
  /** The answer was a Status; otherwise something in front of the API's objects gave it. @default true */
  readonly isStatus?: boolean;
}

/** The API server answered, and the answer was no. */
export class ApiError extends Error {
  readonly code = 'kube.refused';
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  readonly retryAfterSeconds: number | undefined;
  readonly continueFrom: string | undefined;
  readonly isStatus: boolean;
  /** The server's own sentence. */
  readonly serverMessage: string;

  constructor(request: string, serverMessage: string, fields: ApiErrorFields) {
    const reason = fields.reason === '' ? '' : ` ${fields.reason}`;
    super(`${request}: the API server answered ${fields.status}${reason}: ${serverMessage}`);
    this.name = 'ApiError';
    this.serverMessage = serverMessage;
    this.status = fields.status;
    this.reason = fields.reason;
    this.causes = fields.causes;
    this.retryAfterSeconds = fields.retryAfterSeconds;
    this.continueFrom = fields.continueFrom;
    this.isStatus = fields.isStatus ?? true;
  }

  /** From the Status that the server sent as the answer or inside a watch. */
  static fromStatus(request: string, body: StatusBody, httpStatus?: number): ApiError {
    return new ApiError(request, body.message ?? 'no message', {
      status: httpStatus ?? body.code ?? 500,
      reason: body.reason ?? '',
      causes: body.details?.causes ?? [],
      retryAfterSeconds: body.details?.retryAfterSeconds,
      continueFrom: body.metadata?.continue,
    });
  }
}

/** No answer came: refused connection, time-out, broken stream, or bytes that are not JSON. */
export class ConnectionError extends Error {
  readonly code = 'kube.unreachable';

  constructor(request: string, problem: string, cause: unknown) {
    super(`${request}: ${problem}; is the API server reachable from here?`, { cause });
    this.name = 'ConnectionError';
  }
}

function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** The API server does not know who asks; it looks at that before anything else, so the request was not begun. */
export const isUnauthorized = (error: unknown): boolean => hasStatus(error, 401);
/** The object or the kind does not exist. */
export const isNotFound = (error: unknown): boolean => hasStatus(error, 404);
/** An object of that name exists already. */
export const isAlreadyExists = (error: unknown): boolean => hasStatus(error, 409) && error.reason === 'AlreadyExists';
/** A precondition (uid, resourceVersion) did not hold: what we know is stale. */
export const isConflict = (error: unknown): boolean => hasStatus(error, 409) && error.reason === 'Conflict';
/** The object is another one than we think: it changed, went, or another took its name (then a pinned uid is invalid). */
export const isStale = (error: unknown): boolean =>
  isConflict(error) || (hasStatus(error, 422) && error.causes.some(({ field }) => field === 'metadata.uid'));
/** The resourceVersion or continue token is too old: list again. */
export const isGone = (error: unknown): boolean => hasStatus(error, 410);
/** The object as sent can never be accepted. */
export const isInvalid = (error: unknown): boolean => hasStatus(error, 422) || hasStatus(error, 400);
