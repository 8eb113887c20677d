/** Time as an argument: tests advance it themselves. */

/** What the runner knows of time. */
export interface Clock {
  /** Wall clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Clock that never goes back, in milliseconds from an arbitrary start. */
  readonly monotonic: () => number;
  /**
   * Calls `call` once after `ms`.
   * @returns what cancels it
   */
  readonly after: (ms: number, call: () => void) => () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/**
 * Waits.
 * @throws the signal's reason as soon as it is aborted
 */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
