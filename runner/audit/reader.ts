/** Reads for an audit: get and list, nothing else. What may not be read is noted, never passed over. */
import { ApiError, isNotFound } from '../kube/api-error.ts';
import type { KubeClient, ListOptions } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { ObjectName, ResourceKind } from '../kube/resource.ts';
import type { NotChecked } from './finding.ts';

/** The verbs that an audit has. */
export type ReadingClient = Pick<KubeClient, 'get' | 'list'>;

/** Items of one page; the API server answers large fleets in parts. */
const pageSize = 500;

/** `hidden`: this person may not read it. */
export type ReadObject = LiveObject | 'absent' | 'hidden';

/** See above. */
export class AuditReader {
  readonly #client: ReadingClient;
  readonly #signal: AbortSignal;
  readonly #notChecked = new Map<string, NotChecked>();
  readonly #hidden = new Set<string>();

  constructor(client: ReadingClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** What could not be read so far, each right once. */
  get notChecked(): NotChecked[] {
    return [...this.#notChecked.values()];
  }

  /** Whether a list of the kind was refused. */
  isHidden(kind: string): boolean {
    return this.#hidden.has(kind);
  }

  async get(resource: ResourceKind, name: ObjectName): Promise<ReadObject> {
    try {
      return await this.#client.get(resource, name, this.#signal);
    } catch (error) {
      if (isNotFound(error)) return 'absent';
      if (!isForbidden(error)) throw error;
      this.#note('get', resource, name.namespace);
      return 'hidden';
    }
  }

  /**
   * Objects of a kind in the order of the API server, one page ahead; none where the cluster has no such kind. What is refused
   * on the first page is noted and gives none.
   */
  async *list(resource: ResourceKind, options: ListOptions = {}): AsyncGenerator<LiveObject> {
    let page = await this.#firstPage(resource, options);
    while (page !== undefined) {
      const upcoming = page.next === undefined ? undefined : this.#page(resource, { ...options, next: page.next });
      // It may fail while nobody waits for it; whoever waits for it then is told.
      upcoming?.catch(() => undefined);
      yield* page.items;
      page = await upcoming;
    }
  }

  async all(resource: ResourceKind, options: ListOptions = {}): Promise<LiveObject[]> {
    const all: LiveObject[] = [];
    for await (const live of this.list(resource, options)) all.push(live);
    return all;
  }

  #page(resource: ResourceKind, options: ListOptions): ReturnType<ReadingClient['list']> {
    return this.#client.list(resource, { limit: pageSize, ...options }, this.#signal);
  }

  async #firstPage(
    resource: ResourceKind,
    options: ListOptions,
  ): Promise<Awaited<ReturnType<ReadingClient['list']>> | undefined> {
    try {
      return await this.#page(resource, options);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isForbidden(error)) throw error;
      this.#hidden.add(resource.kind);
      this.#note('list', resource, options.namespace);
      return undefined;
    }
  }

  #note(verb: 'get' | 'list', { kind, plural, apiVersion }: ResourceKind, namespace: string | undefined): void {
    const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : '';
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    const right = `${verb} ${plural}${group}${where}`;
    this.#notChecked.set(right, {
      what: `${kind} objects${where}`,
      why: `you may not ${right}`,
      fix: `ask for the right to ${right}`,
    });
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}
