/**
 * Follows a kind that the cluster may lack, for example one of an operator that is installed later. While it is not served,
 * nothing is asked for: its CustomResourceDefinition is followed instead, and the kind is asked for when that changes.
 */
import { isNotFound } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import { sleepUnlessAborted, withAbort } from './clock.ts';
import { definitions } from './definitions.ts';
import { ObjectStore } from './object-store.ts';
import type { Stored } from './object-store.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorDeps, ReflectorSubject } from './reflector.ts';
import { qualifiedPlural } from './resource.ts';

/**
 * An API server may tell of a definition before it serves it, and of nothing after that: it is asked this often after each
 * change, for half a minute.
 */
const tries = 6;
const bounds = { firstMs: 1000, longestMs: 30_000 };

/** See above; has the face of a {@link Reflector}. */
export class OptionalReflector<Entry extends Stored> {
  readonly #subject: ReflectorSubject<Entry>;
  readonly #deps: ReflectorDeps;
  readonly #reflector: Reflector<Entry>;

  constructor(subject: ReflectorSubject<Entry>, deps: ReflectorDeps) {
    this.#subject = subject;
    this.#deps = deps;
    this.#reflector = new Reflector(subject, deps);
  }

  /** Settles when the store holds a first whole list, or the kind is known to be absent. */
  get synced(): Promise<undefined> {
    return this.#reflector.synced;
  }

  /** Runs until the signal is aborted; never fails. */
  async run(signal: AbortSignal): Promise<void> {
    while ((await this.#reflector.run(signal)) === 'absent') await this.#untilServed(signal);
  }

  async #untilServed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await withAbort(signal, async (linked, abort) => {
      let asking = new AbortController();
      const served = Promise.withResolvers<undefined>();
      const store = new ObjectStore<Stored>((_, definition) => {
        asking.abort();
        asking = new AbortController();
        if (definition !== undefined)
          void this.#ask(asking.signal).then((isServed) => isServed && served.resolve(undefined));
      });
      const ended = this.#definition(store).run(linked);
      await Promise.race([served.promise, ended]);
      asking.abort();
      abort(new Error('the kind is served'));
      await ended;
    });
  }

  #definition(store: ObjectStore<Stored>): Reflector<Stored> {
    const fieldSelector = `metadata.name=${qualifiedPlural(this.#subject.resource)}`;
    const project = ({ metadata: { name, uid, resourceVersion } }: { readonly metadata: Stored }): Stored => ({
      name,
      uid,
      resourceVersion,
    });
    return new Reflector({ resource: definitions, fieldSelector, project, store }, this.#deps);
  }

  /** @returns false when it is not served after all tries, or the signal was aborted */
  async #ask(signal: AbortSignal): Promise<boolean> {
    for (let attempt = 1; attempt <= tries && !signal.aborted; attempt += 1) {
      const isServed = await this.#isServed(signal);
      if (isServed) return true;
      await sleepUnlessAborted(this.#deps.clock, backoffMs(attempt, bounds, this.#deps.random()), signal);
    }
    return false;
  }

  /** Every failure but "not found" is the reflector's to tell and to retry. */
  async #isServed(signal: AbortSignal): Promise<boolean> {
    const { resource, labelSelector } = this.#subject;
    const answer = await this.#deps.client
      .list(resource, { labelSelector, limit: 1 }, signal)
      .catch((error: unknown) => error);
    return !signal.aborted && !isNotFound(answer);
  }
}
