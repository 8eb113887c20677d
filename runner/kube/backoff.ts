/** Exponential back-off with jitter, as a plain function of the number of failures. */

/** Bounds of a back-off. */
export interface BackoffBounds {
  /** Wait after the first failure, in milliseconds. */
  readonly firstMs: number;
  /** Longest wait, in milliseconds. */
  readonly longestMs: number;
}

/**
 * How long to wait after `failures` failures in a row (1 is the first): doubles each time up to the bound, and is
 * spread over its upper half so that many that failed together do not come back together.
 * @param random a number in [0, 1)
 */
export function backoffMs(failures: number, bounds: BackoffBounds, random: number): number {
  const doubled = bounds.firstMs * 2 ** Math.min(failures - 1, 30);
  const ceiling = Math.min(doubled, bounds.longestMs);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
