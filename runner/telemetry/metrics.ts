/** Numbers of the runner, in Prometheus form. Counters exist from the start, so that a rate is right from the first event. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ApiError } from '../kube/api-error.ts';
import type { Send } from '../kube/send.ts';

/** How a pass ended. */
export const passOutcomes = ['settled', 'retry', 'after'] as const;

/**
 * How a review of the API server ended; `unjudged`, `refused` and `shed` leave the decision to the webhook's failurePolicy. `shed` counts
 * connections that are not accepted, too: nobody knows what they would have asked.
 */
export const admissionVerdicts = ['allowed', 'denied', 'unjudged', 'refused', 'shed'] as const;

/** What the runner counts. */
export interface Metrics {
  readonly registry: Registry;
  readonly passes: Counter<'outcome'>;
  readonly passSeconds: Histogram;
  readonly requests: Counter<'method' | 'code'>;
  readonly requestSeconds: Histogram<'method'>;
  readonly watchFailures: Counter<'kind'>;
  readonly watchesFailing: Gauge;
  readonly lists: Counter<'kind'>;
  readonly leading: Gauge;
  readonly eventsDropped: Counter;
  readonly admissionReviews: Counter<'verdict'>;
  readonly admissionSeconds: Histogram;
}

/** What is read at the time of asking. */
export interface MetricSources {
  /** Keys that wait for a worker or have one. */
  readonly queueDepth: () => number;
}

/** A registry of its own, so that two runners in one process do not share numbers. */
export function createMetrics({ queueDepth }: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const passes = new Counter({
    name: 'cellwright_passes_total',
    help: 'Passes over a tenant, profile or bundle by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of passOutcomes) passes.inc({ outcome }, 0);
  new Gauge({
    name: 'cellwright_queue_depth',
    help: 'Keys that wait for a worker or have one.',
    registers,
    collect() {
      this.set(queueDepth());
    },
  });
  return {
    registry,
    passes,
    passSeconds: new Histogram({
      name: 'cellwright_pass_duration_seconds',
      help: 'Duration of a pass.',
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    }),
    requests: new Counter({
      name: 'cellwright_api_requests_total',
      help: 'Requests to the API server by method and status; 0: no answer.',
      labelNames: ['method', 'code'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'cellwright_api_request_duration_seconds',
      help: 'Time from sending a request to the head of its answer, by method; what is asked again after Retry-After counts anew.',
      labelNames: ['method'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    }),
    ...watchMetrics(registers),
    eventsDropped: new Counter({
      name: 'cellwright_events_dropped_total',
      help: 'Events about tenants that could not be made, after several tries or for want of room.',
      registers,
    }),
    leading: new Gauge({ name: 'cellwright_leading', help: '1 while this process does the work.', registers }),
    ...admissionMetrics(registers),
  };
}

function watchMetrics(registers: Registry[]): Pick<Metrics, 'watchFailures' | 'watchesFailing' | 'lists'> {
  return {
    watchFailures: new Counter({
      name: 'cellwright_watch_failures_total',
      help: 'Lists and watches that broke, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    watchesFailing: new Gauge({
      name: 'cellwright_watches_failing',
      help: 'Kinds whose list or watch broke and does not work again yet.',
      registers,
    }),
    lists: new Counter({
      name: 'cellwright_lists_total',
      help: 'Whole lists, by kind; more than one a kind means that a watch could not be taken up again.',
      labelNames: ['kind'],
      registers,
    }),
  };
}

function admissionMetrics(registers: Registry[]): Pick<Metrics, 'admissionReviews' | 'admissionSeconds'> {
  const admissionReviews = new Counter({
    name: 'cellwright_admission_requests_total',
    help: 'Reviews for the API server by verdict.',
    labelNames: ['verdict'],
    registers,
  });
  for (const verdict of admissionVerdicts) admissionReviews.inc({ verdict }, 0);
  const admissionSeconds = new Histogram({
    name: 'cellwright_admission_duration_seconds',
    help: 'Time from the head of a review to its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  return { admissionReviews, admissionSeconds };
}

/** Policy: every request is counted and timed. @param now monotonic, in milliseconds */
export function withRequestCount(
  send: Send,
  { requests, requestSeconds }: Pick<Metrics, 'requests' | 'requestSeconds'>,
  now: () => number,
): Send {
  return async (request) => {
    const sent = now();
    try {
      const response = await send(request);
      requests.inc({ method: request.method, code: String(response.status) });
      return response;
    } catch (error) {
      requests.inc({ method: request.method, code: error instanceof ApiError ? String(error.status) : '0' });
      throw error;
    } finally {
      requestSeconds.observe({ method: request.method }, (now() - sent) / 1000);
    }
  };
}
