/** The parts of a runner, put together. */
import { tenantLabel } from '../../constructs/cell/labels.ts';
import { Observations } from '../engine/observe.ts';
import { AppliedRecords } from '../engine/records.ts';
import { Fights } from '../engine/fights.ts';
import { fieldManager } from '../kube/client.ts';
import { KeyedQueue } from '../engine/queue.ts';
import { systemClock } from '../kube/clock.ts';
import type { ReflectorEvent } from '../kube/reflector.ts';
import { opaVerdicts } from '../rego/opa-verdicts.ts';
import type { RegoVerdicts } from '../rego/rego-verdicts.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { hostname } from 'node:os';
import { cellAdoption } from './adoption.ts';
import { ApiTrouble } from './api-trouble.ts';
import { Blips } from './blips.ts';
import { createCaches } from './caches.ts';
import type { Caches } from './caches.ts';
import { connect } from './connection.ts';
import type { Connection } from './connection.ts';
import { Departed } from './departed.ts';
import { Events } from './events.ts';
import { Judge } from './judge.ts';
import { cellKinds } from './kinds.ts';
import { LastPlans } from './last-plans.ts';
import { leadershipOf } from './leadership.ts';
import type { Leadership } from './leadership.ts';
import { chosenAtCreation, leftToOthers } from './left-to-others.ts';
import type { RunnerOptions } from './options.ts';
import { Planner } from './planner.ts';
import { ceilingsNote } from './quota-steps.ts';
import { RolloutBegins } from './rollout-begins.ts';
import type { SharedPassDeps } from './shared-pass.ts';
import type { PassDeps } from './situation.ts';
import { withToken } from './token-secret.ts';
import { worker } from './worker.ts';

/** Parts that live as long as the runner. */
export interface Parts {
  readonly caches: Caches;
  readonly queue: KeyedQueue;
  readonly metrics: Metrics;
  readonly connection: Connection;
  readonly leadership: Leadership;
  /** What opa says of bundles: asked before each pass, and at admission. */
  readonly rego: RegoVerdicts;
  readonly events: Events;
  readonly trouble: ApiTrouble;
  /** Every kind has its first list: what is new from now on is news. */
  readonly allListed: () => void;
  /** Passes from now on write until this signal is aborted; what is on the wire then may end. */
  readonly beginTerm: (term: AbortSignal) => void;
}

/** Retries of a tenant: quick at first, and never given up. */
const bounds = { firstMs: 500, longestMs: 300_000 };

/**
 * Rollouts at once by a change of a profile. More would be no faster: the controllers, the scheduler and the nodes of a cluster replace
 * a few pods a second, and a gateway whose pod was taken away waits for all that came before it.
 */
const pace = { most: 100, longestMs: 30_000 };

export function wire(options: RunnerOptions): Parts {
  const { assets, log, opa } = options;
  let term = options.signal;
  let isStarting = true;
  const queue: KeyedQueue = new KeyedQueue((key) => work(key), {
    concurrency: options.concurrency ?? 8,
    pace: options.pace ?? pace,
    bounds,
    clock: systemClock,
    random: Math.random,
  });
  const records = new AppliedRecords();
  const sink = {
    add: queue.add.bind(queue),
    addAfter: queue.addAfter.bind(queue),
    isStarting: () => isStarting,
  };
  const observations = new Observations();
  const caches = createCaches(records, sink, options);
  const metrics = createMetrics({ queueDepth: () => queue.depth });
  const leadership = leadershipOf(options, () => connection.electionClient);
  const connection: Connection = connect({
    cluster: options.cluster,
    userAgent: options.userAgent ?? `cellwright-runner/${options.version}`,
    clock: systemClock,
    log: options.log,
    metrics,
    // Asked when a write is sent: none starts after the end of a term.
    mayWrite: () => !term.aborted && leadership.mayWrite(),
    wrap: options.wrap,
  });
  const rego = opaVerdicts({ assets, opa, progress: (line) => log.info(line) });
  const events = eventsOf(connection, metrics, () => term);
  const deps = passDeps(options, { caches, records, observations, connection, rego, events });
  const work = worker(deps, { clock: systemClock, log: options.log, metrics, signal: () => term });
  const beginTerm = (signal: AbortSignal): void => {
    term = signal;
    // Another may have led since: what is with the tenants is newer than what is here.
    records.clear();
    deps.blips.clear();
    deps.outages.clear();
    deps.rollouts.clear();
    deps.departed.clear();
    observations.clear();
  };
  const allListed = (): void => {
    isStarting = false;
  };
  const trouble = new ApiTrouble(systemClock.monotonic);
  return { caches, queue, metrics, connection, leadership, rego, events, trouble, allListed, beginTerm };
}

/** @param term the present one */
function eventsOf({ client }: Connection, metrics: Metrics, term: () => AbortSignal): Events {
  return new Events({
    client,
    clock: systemClock,
    random: Math.random,
    signal: term,
    instance: hostname(),
    dropped: metrics.eventsDropped,
  });
}

interface PassParts {
  readonly caches: Caches;
  readonly records: AppliedRecords;
  readonly observations: Observations;
  readonly connection: Connection;
  readonly rego: RegoVerdicts;
  readonly events: Events;
}

function passDeps(
  options: RunnerOptions,
  { caches, records, observations, connection: { client }, rego, events }: PassParts,
): PassDeps & SharedPassDeps {
  const { inputs, children, pods, claims, deletions } = caches;
  const fights = new Fights(systemClock.monotonic, options.fights);
  const judge = new Judge({ assets: options.assets, inputs, rego });
  return {
    client,
    inputs,
    children,
    pods,
    claims,
    blips: new Blips(systemClock.monotonic),
    outages: new Blips(systemClock.monotonic),
    rollouts: new RolloutBegins(systemClock),
    departed: new Departed(systemClock.monotonic),
    events,
    records,
    fights,
    planner: new Planner({ inputs, assets: options.assets, extension: options.extension, judge }),
    lastPlans: new LastPlans(),
    apply: {
      client,
      children,
      records,
      leftToOthers,
      chosenAtCreation,
      fieldManager,
      fights,
      adoption: cellAdoption,
      complete: withToken,
      noteOf: ceilingsNote,
    },
    deletions,
    labelAgain: { client, children, records, kinds: cellKinds, ownerLabel: tenantLabel },
    observe: { client, children, observations, leftToOthers, ownerLabel: tenantLabel },
    clock: systemClock,
    renderVersion: options.version,
    judge,
  };
}

/** How lists and watches are told of, in log, metrics and probes. */
export function observeReflectors(
  { log }: RunnerOptions,
  { metrics, trouble }: Pick<Parts, 'metrics' | 'trouble'>,
): (event: ReflectorEvent) => void {
  return (event) => {
    trouble.observe(event);
    metrics.watchesFailing.set(trouble.failing);
    switch (event.type) {
      case 'listed':
        metrics.lists.inc({ kind: event.kind });
        log.debug({ kind: event.kind, count: event.count }, 'listed');
        break;
      case 'absent':
        log.debug({ kind: event.kind }, 'the cluster has no such kind');
        break;
      case 'watch-failed':
        metrics.watchFailures.inc({ kind: event.kind });
        log.warn(
          { kind: event.kind, err: event.error, retryInMs: event.retryInMs },
          'list or watch broke and is taken up again',
        );
        break;
      case 'works':
        log.debug({ kind: event.kind }, 'list and watch work again');
        break;
    }
  };
}
