/** Bodies of requests, each and all together bounded. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../kube/clock.ts';
import type { Caller } from './callers.ts';
import { ReviewRefusal } from './refusal.ts';

/**
 * Bytes of one body. The API server takes objects up to 3 MiB, etcd keeps up to 1.5 MiB: a review has an object, at UPDATE
 * also the old one, and half a MiB for what is about them.
 */
export const longestBody = 5 * 1024 * 1024;

/** Bytes that are held of all bodies together, and of those of one caller. */
const mostHeld = 8 * longestBody;
const mostHeldOfOne = mostHeld / 2;

/** Time for a body in milliseconds; an API server sends it in one go. */
const bodyMs = 5000;

/** See above. */
export class RequestBodies {
  readonly #clock: Clock;
  #held = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Reads a body and holds it while it is worked on.
   * @throws ReviewRefusal 413 for one that is too long, without reading on; 503 when too much is held already; 408 when it comes too
   * slowly, which also ends the connection
   */
  async with<T>(request: IncomingMessage, caller: Caller, work: (body: Buffer) => Promise<T>): Promise<T> {
    const chunks: Buffer[] = [];
    let size = 0;
    let held = 0;
    const hold = (bytes: number): void => {
      held += bytes;
      caller.held += bytes;
      this.#held += bytes;
      if (this.#held > mostHeld || caller.held > mostHeldOfOne) throw overloaded();
    };
    const cancel = this.#clock.after(bodyMs, () => request.destroy(tooSlow()));
    try {
      refuseAbove(Number(request.headers['content-length'] ?? 0));
      // Leaving the loop must not close the connection: it still carries the answer.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        hold(chunk.length);
        refuseAbove(size);
        chunks.push(chunk);
      }
      cancel();
      // For a moment both are there.
      hold(size);
      const body = Buffer.concat(chunks.splice(0), size);
      hold(-size);
      return await work(body);
    } finally {
      cancel();
      caller.held -= held;
      this.#held -= held;
    }
  }
}

/** There is no room for one more. */
export function overloaded(): ReviewRefusal {
  return new ReviewRefusal(503, 'too many reviews at once', 'ask again later');
}

function tooSlow(): ReviewRefusal {
  return new ReviewRefusal(408, `the body did not come within ${bodyMs} ms`, 'send it in one go');
}

function refuseAbove(size: number): void {
  if (size <= longestBody) return;
  throw new ReviewRefusal(413, `the body has more than ${longestBody} bytes`, 'write a smaller object');
}
