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

/** Asks `mayWrite` at the moment of sending, for everything but reads. */
export function withFence(send: Send, mayWrite: () => boolean): Send {
  return async (request) => {
    if (request.method !== 'GET' && !mayWrite()) throw new NotLeaderError(describeRequest(request));
    return send(request);
  };
}
