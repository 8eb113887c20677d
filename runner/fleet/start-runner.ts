/**
 * The runner: caches that follow the cluster, a queue of tenants, profiles and bundles, and passes over them.
 *
 * Duties: Managed tenants have exactly the objects that synthesis gives, nothing more and nothing less; Rendered tenants are
 * observed; every status tells the truth. The rule that protects data: nothing is removed but objects of the closed list of
 * kinds that carry the tenant's label in the tenant's own namespace, by uid; volumes never, a namespace only when its tenant is
 * deleted with `deletionPolicy: Delete`.
 */
import { systemClock } from '../kube/clock.ts';
import { follow } from '../kube/follow.ts';
import type { Following } from '../kube/follow.ts';
import { startHealthServer } from '../telemetry/health-server.ts';
import type { HealthServer } from '../telemetry/health-server.ts';
import { notReadyBecause, stuckBecause } from './health.ts';
import type { RunnerOptions } from './options.ts';
import { observeReflectors, wire } from './wiring.ts';
import type { Parts } from './wiring.ts';

/** A runner under way. */
export interface Runner {
  /** Settles when everything that is known was worked on and nothing new waits, or when the runner ends; what is retried does not count. */
  readonly settled: () => Promise<void>;
  /** `host:port` of probes and metrics, when they are served. */
  readonly healthAddress: string | undefined;
  /** Settles when the runner has ended after its signal was aborted. */
  readonly done: Promise<void>;
}

/**
 * Runs until the signal is aborted.
 * @throws HealthAddressError when the health address cannot be used
 */
export async function runRunner(options: RunnerOptions): Promise<void> {
  const runner = await startRunner(options);
  await runner.done;
}

/**
 * Starts a runner; returns as soon as it is under way. API trouble does not end it: it waits and tries again.
 * @throws HealthAddressError when the health address cannot be used
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { log, signal, cluster, version } = options;
  const parts = wire(options);
  const { caches, connection, metrics, queue } = parts;
  const following = follow(
    caches.followers,
    {
      client: connection.client,
      clock: systemClock,
      random: Math.random,
      observe: observeReflectors(options, metrics),
    },
    signal,
  );
  void following.synced.then(parts.allListed);
  const health = await serveHealth(options, parts, following);
  log.info({ cluster: cluster.description, version, health: health?.address }, 'runner started');
  const settled = async (): Promise<void> => {
    await Promise.race([following.synced.then(() => queue.idle()), untilAborted(signal)]);
  };
  if (options.onSettled !== undefined) void settled().then(options.onSettled);
  return { settled, healthAddress: health?.address, done: runToTheEnd({ options, parts, following, health }) };
}

function serveHealth(
  { healthAddress }: RunnerOptions,
  { metrics, queue }: Parts,
  following: Following,
): Promise<HealthServer | undefined> {
  if (healthAddress === undefined) return Promise.resolve(undefined);
  return startHealthServer({
    address: healthAddress,
    registry: metrics.registry,
    stuckBecause: () => stuckBecause(queue),
    notReadyBecause: () => notReadyBecause(following),
  });
}

interface UnderWay {
  readonly options: RunnerOptions;
  readonly parts: Parts;
  readonly following: Following;
  readonly health: HealthServer | undefined;
}

async function runToTheEnd({ options, parts, following, health }: UnderWay): Promise<void> {
  const { log, signal } = options;
  const { leadership, queue, connection } = parts;
  const ended = untilAborted(signal);
  await Promise.race([following.synced, ended]);
  if (!signal.aborted) await leadership.run(signal, (term) => leadTerm(options, parts, term));
  queue.close();
  await following.done;
  await health?.close();
  await connection.close();
  log.info('runner ended');
}

async function leadTerm(
  { log }: RunnerOptions,
  { beginTerm, metrics, queue }: Parts,
  term: AbortSignal,
): Promise<void> {
  const endTerm = beginTerm(term);
  metrics.leading.set(1);
  log.info('leads');
  queue.start();
  await untilAborted(term);
  metrics.leading.set(0);
  await queue.stop();
  endTerm();
  log.info('leads no more');
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
