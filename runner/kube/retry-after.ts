/** Policy: when the server says "ask again in n seconds", wait and ask again. */
import { ApiError } from './api-error.ts';
import type { Clock } from './clock.ts';
import { sleep } from './clock.ts';
import type { Send } from './send.ts';

/** Times that one request is repeated before the refusal is the caller's. */
const repeats = 5;
/** Longest wait that is believed, in seconds; a proxy's `Retry-After: 3600` must not stop the runner. */
const longestSeconds = 60;

/**
 * Only answers that carry Retry-After are repeated: the server then did not start on the request, so that repeating a
 * create or delete is safe. Everything else is the caller's to judge.
 */
export function withRetryAfter(send: Send, clock: Clock): Send {
  return async (request) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(request);
      } catch (error) {
        const seconds = waitOf(error);
        if (seconds === undefined || attempt === repeats) throw error;
        await sleep(clock, Math.min(seconds, longestSeconds) * 1000, request.signal);
      }
    }
  };
}

function waitOf(error: unknown): number | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.status === 429 || error.status === 503 ? error.retryAfterSeconds : undefined;
}
