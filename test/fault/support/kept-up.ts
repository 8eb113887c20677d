/** Work in place of a part of a cluster that these control planes do not have. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Time between two rounds, in milliseconds. */
const restMs = 250;

/** Works round by round until it is disposed. */
export function keptUp(round: () => Promise<void>): AsyncDisposable {
  const end = new AbortController();
  const work = (async (): Promise<void> => {
    while (!end.signal.aborted) {
      await round();
      await sleep(restMs);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await work;
    },
  };
}
