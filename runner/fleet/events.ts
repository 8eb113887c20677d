/**
 * Events about tenants (events.k8s.io/v1): what a person should read with `kubectl describe tg` or `kubectl events`. They lie
 * in `default`, as for every cluster-scoped object. The same sentence is told once in a while, not on each pass.
 */
import { randomBytes } from 'node:crypto';
import { digest } from '../engine/digest.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { ResourceKind } from '../kube/resource.ts';
import type { Pass } from './situation.ts';

const events: ResourceKind = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events', namespaced: true };

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

/** See above. */
export class Events {
  readonly #client: Pick<KubeClient, 'create'>;
  readonly #clock: Clock;
  readonly #instance: string;
  readonly #told = new Map<string, number>();

  /** @param instance name of this process among the runner's replicas */
  constructor({ client, clock, instance }: { client: Pick<KubeClient, 'create'>; clock: Clock; instance: string }) {
    this.#client = client;
    this.#clock = clock;
    this.#instance = instance;
  }

  /**
   * Tells of the pass' tenant, in the log each time and in an Event once in a while. Never throws: an Event that cannot be made
   * is in the log as well, and changes nothing.
   */
  async tell(pass: Pass, telling: Telling): Promise<void> {
    await this.tellOf(pass.tenant, pass, telling);
  }

  /** As {@link tell}, of any cluster-scoped object of ours. */
  async tellOf(
    { apiVersion, kind, metadata: { name, uid } }: LiveObject,
    { log, signal }: Pick<Pass, 'log' | 'signal'>,
    { type, reason, note, fields = {} }: Telling,
  ): Promise<void> {
    log[type === 'Normal' ? 'info' : 'warn']({ reason, ...fields }, note);
    const sentence = digest([uid, reason, note]);
    if (!this.#isNews(sentence)) return;
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace: 'default' },
      eventTime: new Date(this.#clock.now()).toISOString().replace(/Z$/, '000Z'),
      reportingController: 'cellwright.dev/runner',
      reportingInstance: this.#instance.slice(0, 128),
      action: 'Reconcile',
      reason,
      type,
      note: cut(note),
      regarding: { apiVersion, kind, name, uid },
    };
    try {
      await this.#client.create(events, body, signal);
    } catch (error) {
      this.#told.delete(sentence);
      if (!signal.aborted) log.warn({ err: error, reason }, 'an Event could not be made');
    }
  }

  #isNews(sentence: string): boolean {
    const now = this.#clock.monotonic();
    const last = this.#told.get(sentence);
    if (last !== undefined && now - last < quietMs) return false;
    this.#told.delete(sentence);
    this.#told.set(sentence, now);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= mostRemembered) break;
      this.#told.delete(oldest);
    }
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
