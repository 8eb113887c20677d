/**
 * Events on their way to the API server: a few at once and beside the passes, which do not wait for them. One that fails is sent
 * again a few times; its name is drawn once, so that one whose answer was lost is not made twice.
 */
import { isAlreadyExists, isInvalid } from '../kube/api-error.ts';
import { backoffMs } from '../kube/backoff.ts';
import type { KubeClient, WantedBody } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { NotLeaderError } from '../kube/fence.ts';
import { askAgainMs } from '../kube/retry-after.ts';
import type { ResourceKind } from '../kube/resource.ts';

const events: ResourceKind = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events', namespaced: true };

/** Requests under way at once. */
const mostAtOnce = 4;
/** Events that are on their way, 2 kB each; of more than these the oldest are given up. */
const mostUnsent = 1000;
/** Times that one is sent; with the back-off a good minute, as an API server takes to restart. */
const mostAttempts = 6;
const bounds = { firstMs: 2000, longestMs: 60_000 };

/** What it works with. */
export interface EventOutboxDeps {
  readonly client: Pick<KubeClient, 'create'>;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Of the present term of leadership. */
  readonly signal: () => AbortSignal;
}

/** An Event to be made. */
export interface Letter {
  readonly body: WantedBody;
  /** It failed, and is sent again. */
  readonly onFailure: (error: unknown) => void;
  /** It is given up; without an error because there were too many, or the term ended. */
  readonly onDrop: (error: unknown) => void;
}

interface Unsent extends Letter {
  failures: number;
  /** Calls off its next try. */
  cancel: () => void;
}

/** See above. */
export class EventOutbox {
  readonly #deps: EventOutboxDeps;
  /** All that are on their way and not under way, the oldest first. */
  readonly #waiting = new Set<Unsent>();
  /** Those of them whose time has come. */
  readonly #ready = new Set<Unsent>();
  #underWay = 0;
  #idleWaiters: (() => void)[] = [];

  constructor(deps: EventOutboxDeps) {
    this.#deps = deps;
  }

  /** Returns at once. */
  put(letter: Letter): void {
    this.#makeReady({ ...letter, failures: 0, cancel: () => undefined });
    const [oldest] = this.#waiting;
    if (this.#waiting.size + this.#underWay > mostUnsent && oldest !== undefined) this.#drop(oldest, undefined);
  }

  /** Settles when each was sent at least once; those that are sent again later do not count. */
  async idle(): Promise<void> {
    while (this.#ready.size + this.#underWay > 0) {
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    }
  }

  /** Gives up what is not sent by now and waits for what is on the wire; for the end of a term. */
  async endTerm(): Promise<void> {
    for (const unsent of [...this.#waiting]) this.#drop(unsent, undefined);
    await this.idle();
  }

  #makeReady(unsent: Unsent): void {
    this.#waiting.add(unsent);
    this.#ready.add(unsent);
    this.#pump();
  }

  #pump(): void {
    for (const unsent of this.#ready) {
      if (this.#underWay >= mostAtOnce) return;
      this.#ready.delete(unsent);
      this.#waiting.delete(unsent);
      this.#underWay += 1;
      void this.#send(unsent);
    }
  }

  async #send(unsent: Unsent): Promise<void> {
    const { client, signal } = this.#deps;
    const term = signal();
    try {
      await client.create(events, unsent.body, term);
    } catch (error) {
      this.#failed(unsent, error, term);
    }
    this.#underWay -= 1;
    this.#pump();
    if (this.#ready.size + this.#underWay === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  #failed(unsent: Unsent, error: unknown, term: AbortSignal): void {
    // The answer to an earlier try was lost.
    if (isAlreadyExists(error)) return;
    unsent.failures += 1;
    const isFinal = isInvalid(error) || error instanceof NotLeaderError || term.aborted;
    if (isFinal || unsent.failures === mostAttempts) this.#drop(unsent, error);
    else this.#sendLater(unsent, error);
  }

  #sendLater(unsent: Unsent, error: unknown): void {
    unsent.onFailure(error);
    const { clock, random } = this.#deps;
    this.#waiting.add(unsent);
    const ms = Math.max(backoffMs(unsent.failures, bounds, random()), askAgainMs(error) ?? 0);
    unsent.cancel = clock.after(ms, () => this.#makeReady(unsent));
  }

  #drop(unsent: Unsent, error: unknown): void {
    unsent.cancel();
    this.#waiting.delete(unsent);
    this.#ready.delete(unsent);
    unsent.onDrop(error);
  }
}
