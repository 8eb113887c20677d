/**
 * Policy: a write that is on the wire when its signal is aborted may end, since nobody would know whether it happened. What is not
 * sent yet, and every wait, ends at once: whoever leads next need not wait for it.
 */
import type { Clock } from './clock.ts';
import type { ApiResponse, Send } from './send.ts';

/** How long a write that is on the wire may take, in milliseconds; after that it is given up. */
export const lastWriteMs = 5000;

/** Inside of the fence, and of what repeats requests. The answer to a write must be read: then its signal counts no more. */
export function withLastWrites(send: Send, clock: Clock): Send {
  return async (request) => {
    if (request.method === 'GET') return send(request);
    const { signal } = request;
    signal.throwIfAborted();
    const wire = new AbortController();
    let isSent = false;
    let cancel = (): void => undefined;
    const giveUp = (): void => wire.abort(signal.reason);
    const onAbort = (): void => {
      if (isSent) cancel = clock.after(lastWriteMs, giveUp);
      else giveUp();
    };
    const beforeSend = (): void => {
      request.beforeSend?.();
      isSent = true;
    };
    const release = (): void => {
      signal.removeEventListener('abort', onAbort);
      cancel();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return released(await send({ ...request, signal: wire.signal, beforeSend }), release);
    } catch (error) {
      release();
      throw error;
    }
  };
}

function released(response: ApiResponse, release: () => void): ApiResponse {
  return { ...response, json: () => response.json().finally(release) };
}
