/**
 * Keeps a store equal to the objects of one kind: list once, then watch for ever.
 *
 * - A stream that ends (the server ends each after some minutes) is taken up again at the last version that was told.
 * - 410 Gone means that the version is too old: list again, in pages, and replace the store in one step.
 * - A stream without a sign of life (bookmarks come about every minute) is cut and taken up again.
 * - Whoever must be sure that the stream lives, as at the begin of a term, has it cut and taken up again at once.
 * - Every other failure is retried for ever, with back-off and jitter; it is the log's and the metrics' to tell.
 * - A kind that the cluster does not have (404, optional kinds only) counts as empty, and ends it: see optional-reflector.ts.
 */
import { isGone, isNotFound } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import type { BackoffBounds } from './backoff.ts';
import type { KubeClient, Page } from './client.ts';
import type { Clock } from './clock.ts';
import { sleepUnlessAborted, withAbort } from './clock.ts';
import type { LiveObject } from './live-object.ts';
import type { ObjectStore, Stored } from './object-store.ts';
import { Renewals } from './renewals.ts';
import type { ResourceKind } from './resource.ts';

/** Which objects to follow. */
export interface ReflectorSubject<Entry extends Stored> {
  readonly resource: ResourceKind;
  readonly labelSelector?: string;
  /** For example `metadata.name=NAME`: then RBAC can be bound to that name. */
  readonly fieldSelector?: string;
  /** The cluster may lack the kind. */
  readonly optional?: boolean;
  /** Items a page: a page is held whole until it is projected. @default 200 */
  readonly pageSize?: number | undefined;
  /** What is kept of an object; called as pages and events arrive, so that whole objects are never held. */
  readonly project: (object: LiveObject) => Entry;
  readonly store: ObjectStore<Entry>;
}

/** What a reflector works with. */
export interface ReflectorDeps {
  readonly client: Pick<KubeClient, 'list' | 'watch'>;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Told of lists, watches and their failures. */
  readonly observe: (event: ReflectorEvent) => void;
}

/** What happened to a reflector. */
export type ReflectorEvent =
  | { readonly type: 'listed'; readonly kind: string; readonly count: number }
  | { readonly type: 'absent'; readonly kind: string }
  | {
      readonly type: 'watch-failed';
      readonly kind: string;
      /** What was asked for; tells reflectors of one kind apart. */
      readonly source: string;
      readonly error: unknown;
      readonly retryInMs: number;
    }
  /** After `watch-failed`: a stream lives again, or nobody asks any more. */
  | { readonly type: 'works'; readonly kind: string; readonly source: string };

/** Items a page, where the subject does not say; 1 MB of StatefulSets, and every kind is listed at once. */
const usualPageSize = 200;
/** Length of a stream in seconds; half of it is random, so that streams do not all end together. */
const streamSeconds = 300;
/** Silence after which a stream counts as dead, in milliseconds: twice the time between bookmarks. */
export const stallMs = 130_000;
/** A stream that lived this long, in milliseconds, or told of a change, was good: its end is no failure. */
const goodStreamMs = 1000;
const bounds: BackoffBounds = { firstMs: 500, longestMs: 30_000 };

/** The stream said nothing for too long. */
class StalledError extends Error {
  readonly code = 'kube.watch-stalled';

  constructor(kind: string) {
    super(`the watch of ${kind} was silent for ${stallMs / 1000} s and is taken up again`);
    this.name = 'StalledError';
  }
}

/** Somebody wants another stream. */
class RenewedError extends Error {
  constructor() {
    super('the watch is taken up again on request');
    this.name = 'RenewedError';
  }
}

/** Follows one kind. */
export class Reflector<Entry extends Stored> {
  readonly #subject: ReflectorSubject<Entry>;
  readonly #deps: ReflectorDeps;
  readonly #synced = Promise.withResolvers<undefined>();
  /** Where the next watch starts; undefined: list first. */
  #version: string | undefined;
  /** When the present watch began, on the monotonic clock. */
  #streamingSince: number | undefined;
  #toldChange = false;
  readonly #renewals = new Renewals();
  #isOpen = false;
  /** Ends the present list, stream or wait. */
  #cut: (reason: Error) => void = () => undefined;
  /** Rounds in a row without a stream that lived. */
  #failures = 0;
  /** A failure was told, and no stream has lived since. */
  #isTroubled = false;

  constructor(subject: ReflectorSubject<Entry>, deps: ReflectorDeps) {
    this.#subject = subject;
    this.#deps = deps;
  }

  /** Settles when the store holds a first whole list (or the kind is known to be absent). */
  get synced(): Promise<undefined> {
    return this.#synced.promise;
  }

  /** Whether a stream is open; it may have told its end a moment later. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Takes the stream up again where it was told last, without waiting; settles when it is open, or nobody asks any more. */
  renew(): Promise<void> {
    const opened = this.#renewals.ask();
    this.#cut(new RenewedError());
    return opened;
  }

  /** Runs until the signal is aborted, or an optional kind is not there; never fails. */
  async run(signal: AbortSignal): Promise<'ended' | 'absent'> {
    for (;;) {
      this.#streamingSince = undefined;
      this.#toldChange = false;
      const error = await this.#untilCut(signal, (linked) => this.#listAndWatch(linked));
      if (signal.aborted) {
        this.#works();
        this.#renewals.end();
        return 'ended';
      }
      if (error instanceof RenewedError) continue;
      if (isNotFound(error) && this.#subject.optional === true) {
        this.#takeAsAbsent();
        return 'absent';
      }
      this.#failures = this.#wasGoodStream() ? 0 : this.#failures + 1;
      await this.#recover(error, signal);
    }
  }

  /** Does what {@link renew} may end. @returns how it failed, if it did */
  async #untilCut(signal: AbortSignal, work: (linked: AbortSignal) => Promise<void>): Promise<unknown> {
    try {
      await withAbort(signal, (linked, abort) => {
        this.#cut = abort;
        return work(linked);
      });
      return undefined;
    } catch (error) {
      return error;
    } finally {
      this.#cut = () => undefined;
    }
  }

  async #listAndWatch(signal: AbortSignal): Promise<void> {
    this.#version ??= await this.#list(signal);
    this.#streamingSince = this.#deps.clock.monotonic();
    await this.#watch(this.#version, signal);
  }

  #wasGoodStream(): boolean {
    if (this.#streamingSince === undefined) return false;
    return this.#toldChange || this.#deps.clock.monotonic() - this.#streamingSince >= goodStreamMs;
  }

  async #list(signal: AbortSignal): Promise<string> {
    const entries: Entry[] = [];
    let page: Page | undefined;
    do {
      page = await this.#page(page?.next, signal);
      for (const item of page.items) entries.push(this.#subject.project(item));
    } while (page.next !== undefined);
    this.#subject.store.replace(entries, page.resourceVersion);
    this.#deps.observe({ type: 'listed', kind: this.#subject.resource.kind, count: entries.length });
    this.#synced.resolve(undefined);
    return page.resourceVersion;
  }

  async #page(next: string | undefined, signal: AbortSignal): Promise<Page> {
    const { resource, labelSelector, fieldSelector, pageSize = usualPageSize } = this.#subject;
    return this.#deps.client.list(resource, { labelSelector, fieldSelector, limit: pageSize, next }, signal);
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { resource, labelSelector, fieldSelector } = this.#subject;
    const timeoutSeconds = Math.round(streamSeconds * (1 + this.#deps.random()));
    const options = { resourceVersion, labelSelector, fieldSelector, timeoutSeconds };
    await withAbort(signal, async (linked, abort) => {
      const opened = this.#renewals.begin();
      const cutLater = (): (() => void) =>
        this.#deps.clock.after(stallMs, () => abort(new StalledError(resource.kind)));
      let keep = cutLater();
      let cancel = (): void => undefined;
      const onOpen = (): void => {
        this.#isOpen = true;
        opened();
        cancel = this.#deps.clock.after(goodStreamMs, () => this.#works());
      };
      try {
        for await (const event of this.#deps.client.watch(resource, { ...options, onOpen }, linked)) {
          keep();
          keep = cutLater();
          this.#tell(event.type, event.object);
          this.#works();
          this.#version = event.object.metadata.resourceVersion;
        }
      } finally {
        keep();
        cancel();
        this.#isOpen = false;
      }
    });
  }

  #tell(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', object: LiveObject): void {
    const { store, project } = this.#subject;
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        // Half of all events are our own writes, whose answers were projected already.
        if (store.holds(object.metadata)) store.toldUpTo(object.metadata.resourceVersion);
        else store.told(project(object));
        break;
      case 'DELETED':
        store.toldGone(project(object));
        break;
      case 'BOOKMARK':
        store.toldUpTo(object.metadata.resourceVersion);
        return;
    }
    // Taken in: one that cannot be would come again at once, for ever.
    this.#toldChange = true;
  }

  /** @param error undefined when the stream ended in order; that too must not become a busy loop when it happens at once */
  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (isGone(error)) this.#version = undefined;
    const retryInMs = this.#failures === 0 ? 0 : backoffMs(this.#failures, bounds, this.#deps.random());
    if (error !== undefined) {
      this.#isTroubled = true;
      this.#deps.observe({ type: 'watch-failed', ...this.#what, error, retryInMs });
    }
    await this.#untilCut(signal, (linked) => sleepUnlessAborted(this.#deps.clock, retryInMs, linked));
  }

  #works(): void {
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#deps.observe({ type: 'works', ...this.#what });
  }

  get #what(): { readonly kind: string; readonly source: string } {
    const { resource, fieldSelector } = this.#subject;
    const { kind } = resource;
    return { kind, source: fieldSelector === undefined ? kind : `${kind} ${fieldSelector}` };
  }

  #takeAsAbsent(): void {
    this.#works();
    this.#version = undefined;
    this.#subject.store.clear();
    this.#deps.observe({ type: 'absent', kind: this.#subject.resource.kind });
    this.#synced.resolve(undefined);
  }
}
