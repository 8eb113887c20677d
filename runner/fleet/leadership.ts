/** Whether this runner works: always, or while it holds a lease. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { LeaderElection } from '../engine/leader-election.ts';
import type { KubeClient } from '../kube/client.ts';
import { systemClock } from '../kube/clock.ts';
import type { RunnerOptions } from './options.ts';

/** See above. */
export interface Leadership {
  /** Asked at the moment of each write. */
  readonly mayWrite: () => boolean;
  /** Calls `lead` for each term, until the signal is aborted; `lead` ends soon after its own signal. */
  readonly run: (signal: AbortSignal, lead: (term: AbortSignal) => Promise<void>) => Promise<void>;
}

/** @param client for the lease; asked for late, because the fleet's client needs `mayWrite` first */
export function leadershipOf({ election, log }: RunnerOptions, client: () => KubeClient): Leadership {
  if (election === undefined) return { mayWrite: () => true, run: (signal, lead) => lead(signal) };
  const identity = `${hostname()}_${randomBytes(6).toString('hex')}`;
  let current: LeaderElection | undefined;
  return {
    mayWrite: () => current?.mayWrite() ?? false,
    run: async (signal, lead) => {
      const onError = (error: unknown): void =>
        log.warn({ err: error, lease: election.name }, 'the lease cannot be read or written');
      current = new LeaderElection(
        { ...election, identity },
        { client: client(), clock: systemClock, random: Math.random, onError },
      );
      log.info({ lease: `${election.namespace}/${election.name}`, identity }, 'waits for the lease');
      await current.run(signal, lead);
    },
  };
}
