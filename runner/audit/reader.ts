/**
 * Reads for an audit: get and list, nothing else. What may not be read, or was not answered, is noted, never passed over; the audit
 * goes on with the rest.
 */
import { ApiError, ConnectionError, isGone, isNotFound } from '../kube/api-error.ts';
import type { KubeClient, ListOptions, Page } from '../kube/client.ts';
import { sleep } from '../kube/clock.ts';
import type { Clock } from '../kube/clock.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { qualifiedPlural } from '../kube/resource.ts';
import type { ObjectName, ResourceKind } from '../kube/resource.ts';
import type { NotChecked } from './finding.ts';

/** The verbs that an audit has. */
export type ReadingClient = Pick<KubeClient, 'get' | 'list'>;

/** Items of one page; the API server answers large fleets in parts. */
const pageSize = 500;

/** Waits before a request without an answer is sent again, in milliseconds; reads change nothing. */
const pausesMs = [250, 1000] as const;

/** `hidden`: this person may not read it, or no answer came. */
export type ReadObject = LiveObject | 'absent' | 'hidden';

/** See above. */
export class AuditReader {
  readonly #client: ReadingClient;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #notChecked = new Map<string, NotChecked>();
  readonly #hidden = new Set<string>();
  #hasAnswered = false;

  constructor(client: ReadingClient, clock: Clock, signal: AbortSignal) {
    this.#client = client;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** What could not be read so far, each right once. */
  get notChecked(): NotChecked[] {
    return [...this.#notChecked.values()];
  }

  /** Whether a list of the kind was refused, or broke off. */
  isHidden(kind: string): boolean {
    return this.#hidden.has(kind);
  }

  /** @throws what the API server answers, but for what {@link isPassedOver} takes; ConnectionError when it never answered anything */
  async get(resource: ResourceKind, name: ObjectName): Promise<ReadObject> {
    const read = await this.#try(() => this.#client.get(resource, name, this.#signal));
    if ('value' in read) return read.value;
    if (isNotFound(read.error)) return 'absent';
    this.#note({ verb: 'get', resource, namespace: name.namespace, error: read.error });
    return 'hidden';
  }

  /**
   * Objects of a kind in the order of the API server, one page ahead; none where the cluster has no such kind. Where a page is refused
   * or is not answered, that is noted, and the list ends: the kind is hidden from then on.
   * @throws as {@link get}
   */
  async *list(resource: ResourceKind, options: ListOptions = {}): AsyncGenerator<LiveObject> {
    let upcoming: Promise<Tried<Page>> | undefined = this.#page(resource, options);
    while (upcoming !== undefined) {
      const read: Tried<Page> = await upcoming;
      if ('error' in read) {
        if (isNotFound(read.error)) return;
        this.#hidden.add(resource.kind);
        this.#note({ verb: 'list', resource, namespace: options.namespace, error: read.error });
        return;
      }
      const { next, items }: Page = read.value;
      upcoming = next === undefined ? undefined : this.#page(resource, { ...options, next });
      // It may fail while nobody waits for it; whoever waits for it then is told.
      upcoming?.catch(() => undefined);
      yield* items;
    }
  }

  async all(resource: ResourceKind, options: ListOptions = {}): Promise<LiveObject[]> {
    const all: LiveObject[] = [];
    for await (const live of this.list(resource, options)) all.push(live);
    return all;
  }

  /** The remainder of a list that took too long is of a newer version; what changed in between may be told twice or as missing. */
  async #page(resource: ResourceKind, options: ListOptions): Promise<Tried<Page>> {
    const read = await this.#try(() => this.#client.list(resource, { limit: pageSize, ...options }, this.#signal));
    if ('value' in read || !isGone(read.error)) return read;
    const { continueFrom } = read.error as ApiError;
    return continueFrom === undefined || continueFrom === options.next
      ? read
      : this.#page(resource, { ...options, next: continueFrom });
  }

  /** Sends, and again where no answer came. */
  async #try<Value>(send: () => Promise<Value>): Promise<Tried<Value>> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const value = await send();
        this.#hasAnswered = true;
        return { value };
      } catch (error) {
        this.#signal.throwIfAborted();
        if (error instanceof ApiError) this.#hasAnswered = true;
        const pause = isTransient(error) ? pausesMs[attempt] : undefined;
        if (pause !== undefined) await sleep(this.#clock, pause, this.#signal);
        else if (isPassedOver(error) && this.#hasAnswered) return { error };
        else throw error;
      }
    }
  }

  #note({ verb, resource, namespace, error }: Unread): void {
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    const right = `${verb} ${qualifiedPlural(resource)}${where}`;
    this.#notChecked.set(right, {
      what: `${resource.kind} objects${where}`,
      ...(isForbidden(error)
        ? { why: `you may not ${right}`, fix: `ask for the right to ${right}` }
        : { why: error instanceof Error ? error.message : String(error), fix: 'run the doctor again' }),
    });
  }
}

type Tried<Value> = { readonly value: Value } | { readonly error: unknown };

interface Unread {
  readonly verb: 'get' | 'list';
  readonly resource: ResourceKind;
  readonly namespace: string | undefined;
  readonly error: unknown;
}

function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

/** Another attempt may succeed. */
function isTransient(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ApiError && error.status >= 500);
}

/** Says something of one kind of object; a wrong token, for example, says that nothing can be read. */
function isPassedOver(error: unknown): boolean {
  return isTransient(error) || isNotFound(error) || isForbidden(error) || isGone(error) || isBusy(error);
}

function isBusy(error: unknown): boolean {
  return error instanceof ApiError && error.status === 429;
}
