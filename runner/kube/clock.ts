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

/** Waits, or less when the signal is aborted. */
export async function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await sleep(clock, ms, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/**
 * Runs `call` with a signal that is aborted with the given one, and by `abort` of the second argument: for work that has
 * reasons of its own to end. (AbortSignal.any keeps what it made alive as long as a long-lived source.)
 */
export async function withAbort<T>(
  signal: AbortSignal,
  call: (linked: AbortSignal, abort: (reason: Error) => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  try {
    return await call(controller.signal, (reason) => controller.abort(reason));
  } finally {
    signal.removeEventListener('abort', follow);
  }
}

/** Runs `call` with a signal that is also aborted after `ms`, with the given error. */
export function withDeadline<T>(
  { clock, ms, error }: { readonly clock: Clock; readonly ms: number; readonly error: Error },
  signal: AbortSignal,
  call: (linked: AbortSignal) => Promise<T>,
): Promise<T> {
  return withAbort(signal, async (linked, abort) => {
    const cancel = clock.after(ms, () => abort(error));
    try {
      return await call(linked);
    } finally {
      cancel();
    }
  });
}

/** What a promise gives, or the reason of the signal when that is aborted first: for work that takes no signal, and goes on by itself. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
