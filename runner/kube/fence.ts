/** Policy: who is not the leader writes nothing. */
import { describeRequest } from './send.ts';
import type { Send } from './send.ts';

/** A write was held back because this process does not lead (any more). */
export class NotLeaderError extends Error {
  readonly code = 'runner.not-leader';

  constructor(request: string) {
    super(`${request}: not sent, this runner does not lead (any more); the one that does does the work`);
    this.name = 'NotLeaderError';
  }
}

/** Asks `mayWrite` for everything but reads, at the moment in which the request goes onto the wire. */
export function withFence(send: Send, mayWrite: () => boolean): Send {
  return async (request) => {
    if (request.method === 'GET') return send(request);
    const beforeSend = (): void => {
      if (!mayWrite()) throw new NotLeaderError(describeRequest(request));
    };
    // Now as well: nobody should wait for a connection in vain.
    beforeSend();
    return send({ ...request, beforeSend });
  };
}
