/** What can go wrong with one request between a client and the API server, and what can go wrong with a watch. */

/** A request as the proxy has it, before anything was sent on. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly body: Buffer;
}

/**
 * - `answer`: the API server is never asked; `isPlain`: in words instead of a Status, as from what is in front of all objects.
 * - `silence`: no answer and never sent on; cut after `ms`.
 * - `reset-before`: cut, never sent on.
 * - `reset-mid-body`: sent on and done; the answer breaks off in its middle.
 * - `lost-answer`: sent on and done; cut before the first byte of the answer.
 * - `slow`: sent on after `ms`.
 * - `old-answer`: sent on at once, answered after `ms`: true when it was made, old when it comes. A list that was asked
 *   for without resourceVersion may be old in this way and no other.
 * - `late-arrival`: cut at once, and sent on after `ms`: what a balancer in between still had in its buffer.
 * - `meet`: the test is called before anything is sent on, or after the API server has done it and before the answer.
 * - `watch`: the stream is tampered with; see {@link WatchFaults}.
 */
export type Fault =
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly reason: string;
      readonly retryAfterSeconds?: number;
      readonly isPlain?: true;
    }
  | { readonly type: 'silence'; readonly ms: number }
  | { readonly type: 'reset-before' | 'reset-mid-body' | 'lost-answer' }
  | { readonly type: 'slow' | 'old-answer' | 'late-arrival'; readonly ms: number }
  | { readonly type: 'meet'; readonly when: 'before' | 'after'; readonly meet: () => Promise<Meeting> }
  | { readonly type: 'watch'; readonly faults: WatchFaults };

/** How a request goes on after the test was called: as if nothing were, or cut without an answer. */
export type Meeting = 'go-on' | 'cut';

/** Asked for each event of a stream, in order; bookmarks count. Events are never dropped from their middle or put out of order. */
export interface WatchFaults {
  readonly next: () => EventFault | undefined;
}

/**
 * - `twice`: told two times.
 * - `delay`: it and all after it come `ms` later.
 * - `cut`: the connection breaks in the middle of the event's line.
 * - `end`: the stream ends in order, before the event.
 * - `gone`: 410 Expired inside the stream, in the event's place; the stream ends.
 */
export type EventFault =
  { readonly type: 'twice' | 'cut' | 'end' | 'gone' } | { readonly type: 'delay'; readonly ms: number };

/** Decides over one request; undefined: nothing goes wrong. */
export type Judge = (request: ProxiedRequest) => Fault | undefined;

export const noFaults: Judge = () => undefined;

/** Whether a request asks for a stream of events. */
export function isWatch({ query }: ProxiedRequest): boolean {
  return query.get('watch') === '1' || query.get('watch') === 'true';
}

const collection = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?[^/]+$/;

/** Whether a request asks for all objects of a kind. */
export function isList(request: ProxiedRequest): boolean {
  return request.method === 'GET' && !isWatch(request) && collection.test(request.path);
}

/** Whether a request changes something. */
export function isWrite({ method }: ProxiedRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** The body of a refusal, as the API server words one. */
export function statusBody({ status, reason, retryAfterSeconds }: Extract<Fault, { type: 'answer' }>): string {
  const details = retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } };
  const message = `injected by the fault proxy: ${reason}`;
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message,
    reason,
    code: status,
    ...details,
  });
}
