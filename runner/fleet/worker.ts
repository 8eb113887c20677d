/** What a worker of the queue does with a key. */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Outcome } from '../engine/queue.ts';
import type { Clock } from '../kube/clock.ts';
import { withDeadline } from '../kube/clock.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { parseQueueKey } from './affected.ts';
import { removeLate } from './delete-tenant.ts';
import { longestPassMs } from './health.ts';
import { sharedPass } from './shared-pass.ts';
import type { SharedPassDeps } from './shared-pass.ts';
import type { PassDeps } from './situation.ts';
import { forgetTenant, tenantPass } from './tenant-pass.ts';

/** What a worker needs beside what passes need. */
export interface WorkerFrame {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'passes' | 'passSeconds'>;
  /** Of the present term of leadership. */
  readonly signal: () => AbortSignal;
}

/** A pass did not come to an end. */
class PassTooLongError extends Error {
  readonly code = 'runner.pass-too-long';

  constructor(key: string) {
    super(`The pass over ${key} was given up after ${longestPassMs / 60_000} minutes and is repeated later`);
    this.name = 'PassTooLongError';
  }
}

/** Makes the function that the queue calls; it never throws. */
export function worker(
  deps: PassDeps & SharedPassDeps,
  { clock, log, metrics, signal }: WorkerFrame,
): (key: string) => Promise<Outcome> {
  return async (key) => {
    // A pass with nothing to send would follow the one before at once: thousands of them at a start would hold up the lease, the
    // probes and every verdict, and nothing that they made could be given back meanwhile.
    await nextTurn();
    const term = signal();
    if (term.aborted) return { type: 'retry' };
    const stop = metrics.passSeconds.startTimer();
    const passLog = log.child({ pass: randomBytes(4).toString('hex'), object: key });
    const late = new PassTooLongError(key);
    const outcome = await withDeadline({ clock, ms: longestPassMs, error: late }, term, async (linked) => {
      const ended = await workOn(deps, key, { log: passLog, signal: linked });
      if (linked.reason === late) passLog.warn({ err: late }, late.message);
      return ended;
    });
    stop();
    metrics.passes.inc({ outcome: outcome.type });
    return outcome;
  };
}

async function workOn(
  deps: PassDeps & SharedPassDeps,
  key: string,
  frame: { readonly log: Log; readonly signal: AbortSignal },
): Promise<Outcome> {
  const { kind, name } = parseQueueKey(key);
  if (kind !== 'TenantGateway') return sharedPass(deps, { kind, name, ...frame });
  const tenant = deps.inputs.tenant(name);
  if (tenant !== undefined) return tenantPass(deps, { tenant, ...frame });
  forgetTenant(deps, name);
  return removeLate(deps, name, frame);
}
