/**
 * What the probes say. A restart helps against a runner that is stuck, and against nothing else: so trouble with the API server
 * never makes `/livez` fail. A stuck event loop needs no check of its own, because then nothing answers the probe.
 */
import type { KeyedQueue } from '../engine/queue.ts';
import type { Following } from '../kube/follow.ts';
import type { ApiTrouble } from './api-trouble.ts';

/** A pass that has not ended after this time, in milliseconds, is given up, counts as failed and is tried again. */
export const longestPassMs = 600_000;

/**
 * A worker that is at one key for longer than this, in milliseconds, hangs at something that knows no end, not even that of a pass; when
 * none was begun for so long although one could be, the queue itself hangs.
 */
const stuckMs = 900_000;

/** Why a restart would help; undefined when it would not. */
export function stuckBecause({
  longestRun,
  stalledMs = 0,
}: Pick<KeyedQueue, 'longestRun' | 'stalledMs'>): string | undefined {
  if (longestRun !== undefined && longestRun.ms > stuckMs) {
    return `a worker has been at ${longestRun.key} for ${minutes(longestRun.ms)} minutes`;
  }
  return stalledMs > stuckMs
    ? `workers are free and keys wait, and none was begun for ${minutes(stalledMs)} minutes`
    : undefined;
}

function minutes(ms: number): number {
  return Math.floor(ms / 60_000);
}

/** Kinds without a first whole list, or that have not been followed for long; undefined when the picture of the cluster is whole. */
export function notReadyBecause(
  { missing }: Pick<Following, 'missing'>,
  trouble: Pick<ApiTrouble, 'because'>,
): string | undefined {
  const kinds = missing();
  return kinds.length === 0 ? trouble.because() : `not listed yet: ${kinds.join(', ')}`;
}
