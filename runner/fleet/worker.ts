/** What a worker of the queue does with a key. */
import { randomBytes } from 'node:crypto';
import type { Outcome } from '../engine/queue.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { parseQueueKey } from './affected.ts';
import { sharedPass } from './shared-pass.ts';
import type { SharedPassDeps } from './shared-pass.ts';
import type { PassDeps } from './situation.ts';
import { forgetTenant, tenantPass } from './tenant-pass.ts';

/** What a worker needs beside what passes need. */
export interface WorkerFrame {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'passes' | 'passSeconds'>;
  /** Of the present term of leadership. */
  readonly signal: () => AbortSignal;
}

/** Makes the function that the queue calls; it never throws. */
export function worker(
  deps: PassDeps & SharedPassDeps,
  { log, metrics, signal }: WorkerFrame,
): (key: string) => Promise<Outcome> {
  return async (key) => {
    const stop = metrics.passSeconds.startTimer();
    const passLog = log.child({ pass: randomBytes(4).toString('hex'), object: key });
    const outcome = await workOn(deps, key, { log: passLog, signal: signal() });
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
  return { type: 'settled' };
}
