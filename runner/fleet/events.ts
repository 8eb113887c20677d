/**
 * Events about tenants (events.k8s.io/v1): what a person should read with `kubectl describe tg` or `kubectl events`. They lie
 * in `default`, as for every cluster-scoped object. The same sentence is told once in a while, not on each pass.
 */
import { randomBytes } from 'node:crypto';
import { digest } from '../engine/digest.ts';
import { RecentMap } from '../engine/recent-map.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { EventOutbox } from './event-outbox.ts';
import type { EventOutboxDeps } from './event-outbox.ts';
import type { Pass } from './situation.ts';

/** How long a sentence is not repeated, in milliseconds. */
const quietMs = 600_000;
/** Sentences that are remembered; the oldest go first. */
const mostRemembered = 10_000;
/** The API's bound on a note, in bytes. */
const longestNote = 1024;

/** What is told. */
export interface Telling {
  readonly type: 'Normal' | 'Warning';
  /** One word for programs. */
  readonly reason: string;
  readonly note: string;
  /** Further fields of the line in the log. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What telling works with. */
export interface EventsDeps extends EventOutboxDeps {
  /** Name of this process among the runner's replicas. */
  readonly instance: string;
  readonly dropped: Pick<Metrics['eventsDropped'], 'inc'>;
}

/** See above. */
export class Events {
  readonly #deps: EventsDeps;
  readonly #outbox: EventOutbox;
  readonly #told = new RecentMap<string, number>(mostRemembered);

  constructor(deps: EventsDeps) {
    this.#deps = deps;
    this.#outbox = new EventOutbox(deps);
  }

  /**
   * Tells of the pass' tenant, in the log each time and in an Event once in a while. Returns at once: an Event that cannot be
   * made is sent again a few times, then it is counted and told in the log, and the sentence may be told anew.
   */
  tell(pass: Pass, telling: Telling): void {
    this.tellOf(pass.tenant, pass, telling);
  }

  /** As {@link tell}, of any cluster-scoped object of ours. */
  tellOf(
    { apiVersion, kind, metadata: { name, uid } }: LiveObject,
    { log }: { readonly log: Log },
    { type, reason, note, fields = {} }: Telling,
  ): void {
    log[type === 'Normal' ? 'info' : 'warn']({ reason, ...fields }, note);
    const sentence = digest([uid, reason, note]);
    if (!this.#isNews(sentence)) return;
    const { clock, instance, dropped } = this.#deps;
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace: 'default' },
      eventTime: new Date(clock.now()).toISOString().replace(/Z$/, '000Z'),
      reportingController: 'cellwright.dev/runner',
      reportingInstance: instance.slice(0, 128),
      action: 'Reconcile',
      reason,
      type,
      note: cut(note),
      regarding: { apiVersion, kind, name, uid },
    };
    const onFailure = (error: unknown): void => log.debug({ err: error, reason }, 'an Event is sent again');
    const onDrop = (error: unknown): void => {
      this.#told.delete(sentence);
      dropped.inc();
      log.warn({ err: error, reason }, 'an Event could not be made');
    };
    this.#outbox.put({ body, onFailure, onDrop });
  }

  /** Settles when each Event was sent at least once. */
  idle(): Promise<void> {
    return this.#outbox.idle();
  }

  /** Gives up what is not sent by now; settles when nothing is on the wire any more. */
  endTerm(): Promise<void> {
    return this.#outbox.endTerm();
  }

  #isNews(sentence: string): boolean {
    const now = this.#deps.clock.monotonic();
    const last = this.#told.get(sentence);
    if (last !== undefined && now - last < quietMs) return false;
    this.#told.set(sentence, now);
    return true;
  }
}

/** At most as long as the API takes, and never in the middle of a character. */
function cut(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= longestNote) return note;
  const whole = bytes.subarray(0, longestNote - 6).toString();
  return `${whole.replace(/\uFFFD+$/, '')} …`;
}
