/** Policy: when the server says "ask again in n seconds", wait and ask again, or let the caller come back then. */
import { ApiError } from './api-error.ts';
import type { Clock } from './clock.ts';
import { sleep } from './clock.ts';
import type { ApiRequest, Send } from './send.ts';

/** Times that one request is repeated before the refusal is the caller's. */
const repeats = 5;
/** Longest wait that is believed, in milliseconds; a proxy's `Retry-After: 3600` must not stop the runner. */
const longestMs = 60_000;
/** Longest wait for one object, in milliseconds: what takes longer is the caller's, who has others to write meanwhile. */
const objectMs = 1000;

/**
 * Only answers that carry Retry-After are repeated: the server then did not start on the request, so that repeating a
 * create or delete is safe. Everything else is the caller's to judge.
 *
 * A refusal of a read, or one that is no Status, comes from what is in front of all objects (priority and fairness, a server that
 * shuts down, a proxy): it is waited for here, which slows everything that asks, as the server wants it. A write that is refused by a
 * Status is refused for its object, by a webhook for one, and nothing else should wait for it.
 */
export function withRetryAfter(send: Send, clock: Clock): Send {
  return async (request) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(request);
      } catch (error) {
        const ms = askAgainMs(error);
        if (ms === undefined || attempt === repeats || isForCaller(request, error, ms)) throw error;
        await sleep(clock, ms, request.signal);
      }
    }
  };
}

/** In how many milliseconds the server wants to be asked again; undefined when it did not say. */
export function askAgainMs(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || (error.status !== 429 && error.status !== 503)) return undefined;
  const { retryAfterSeconds: seconds } = error;
  return seconds === undefined ? undefined : Math.min(seconds * 1000, longestMs);
}

function isForCaller({ method }: ApiRequest, error: unknown, ms: number): boolean {
  return ms > objectMs && method !== 'GET' && error instanceof ApiError && error.isStatus;
}
