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
import { freshInputs } from './fresh-inputs.ts';
import { notReadyBecause } from './health.ts';
import type { RunnerOptions } from './options.ts';
import { startServers } from './servers.ts';
import type { Servers } from './servers.ts';
import { observeReflectors, wire } from './wiring.ts';
import type { Parts } from './wiring.ts';

/** A runner under way. */
export interface Runner {
  /** Settles when everything that is known was worked on and nothing new waits, or when the runner ends; what is retried does not count. */
  readonly settled: () => Promise<void>;
  /** `host:port` of probes and metrics, when they are served. */
  readonly healthAddress: string | undefined;
  /** `host:port` of the webhook, when reviews are answered. */
  readonly admissionAddress: string | undefined;
  /** Settles when the runner has ended after its signal was aborted. */
  readonly done: Promise<void>;
}

/**
 * Runs until the signal is aborted.
 * @throws HealthAddressError or AdmissionAddressError when an address cannot be used
 */
export async function runRunner(options: RunnerOptions): Promise<void> {
  const runner = await startRunner(options);
  await runner.done;
}

/**
 * Starts a runner; returns as soon as it is under way. API trouble does not end it: it waits and tries again.
 * @throws HealthAddressError or AdmissionAddressError when an address cannot be used
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { log, signal, cluster, version } = options;
  const parts = wire(options);
  const { caches, connection, events, queue } = parts;
  // Before anything else runs: an address that cannot be used ends the program.
  let whyNotReady = (): string | undefined => 'not begun yet';
  const servers = await startServers(options, parts, () => whyNotReady());
  const following = follow(
    caches.followers,
    {
      client: connection.client,
      clock: systemClock,
      random: Math.random,
      observe: observeReflectors(options, parts),
    },
    signal,
  );
  whyNotReady = () => notReadyBecause(following, parts.trouble);
  void following.synced.then(parts.allListed);
  const addresses = { health: servers.health?.address, admission: servers.admission?.address };
  log.info({ cluster: cluster.description, version, ...addresses }, 'runner started');
  const settled = async (): Promise<void> => {
    const workedOn = following.synced.then(() => queue.idle()).then(() => events.idle());
    await Promise.race([workedOn, untilAborted(signal)]);
  };
  if (options.onSettled !== undefined) void settled().then(options.onSettled);
  const done = runToTheEnd({ options, parts, following, servers });
  return { settled, healthAddress: addresses.health, admissionAddress: addresses.admission, done };
}

interface UnderWay {
  readonly options: RunnerOptions;
  readonly parts: Parts;
  readonly following: Following;
  readonly servers: Servers;
}

async function runToTheEnd(way: UnderWay): Promise<void> {
  const { options, parts, following, servers } = way;
  const { log, signal } = options;
  const { leadership, queue, connection } = parts;
  const ended = untilAborted(signal);
  const admissionEnded = ended.then(() => servers.admission?.close());
  await Promise.race([following.synced, ended]);
  if (!signal.aborted) await leadership.run(signal, (term) => leadTerm(way, term));
  queue.close();
  await following.done;
  await admissionEnded;
  await servers.health?.close();
  await connection.close();
  log.info('runner ended');
}

async function leadTerm({ options, parts, following }: UnderWay, term: AbortSignal): Promise<void> {
  const { log, election } = options;
  const { beginTerm, connection, events, metrics, queue } = parts;
  beginTerm(term);
  metrics.leading.set(1);
  log.info('leads');
  // Without an election nobody else has led.
  if (election !== undefined)
    await freshInputs({ client: connection.client, following, clock: systemClock, log }, term);
  if (!term.aborted) queue.start();
  await untilAborted(term);
  metrics.leading.set(0);
  await queue.stop();
  await events.endTerm();
  log.info('leads no more');
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
