/**
 * A queue of keys. A key is worked on by one worker at a time; adding it again while it waits costs nothing, adding it
 * while it runs makes it run once more. A key that fails waits longer each time and holds up no other key.
 */
import { backoffMs } from '../kube/backoff.ts';
import type { BackoffBounds } from '../kube/backoff.ts';
import type { Clock } from '../kube/clock.ts';

/**
 * What a worker says of a key.
 * - `settled`: nothing to do until something changes; the failures so far are forgotten.
 * - `retry`: it failed; the queue runs it again after the key's back-off.
 * - `after`: no failure, but look again after `ms`.
 */
export type Outcome =
  { readonly type: 'settled' } | { readonly type: 'retry' } | { readonly type: 'after'; readonly ms: number };

/** What a queue works with. */
export interface QueueOptions {
  /** Keys worked on at once. */
  readonly concurrency: number;
  readonly bounds: BackoffBounds;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
}

interface Timer {
  readonly at: number;
  /** Asked for from outside, as against a retry. */
  readonly isNews: boolean;
  readonly cancel: () => void;
}

/** See above. */
export class KeyedQueue {
  readonly #work: (key: string) => Promise<Outcome>;
  readonly #options: QueueOptions;
  /** Insertion order is the order of work. */
  readonly #ready = new Set<string>();
  /** Keys at work; true: added again meanwhile. */
  readonly #running = new Map<string, boolean>();
  readonly #timers = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  #started = false;
  #idleWaiters: (() => void)[] = [];

  /** @param work never throws: what can go wrong is an outcome */
  constructor(work: (key: string) => Promise<Outcome>, options: QueueOptions) {
    this.#work = work;
    this.#options = options;
  }

  /** Keys that wait for a worker or have one. */
  get depth(): number {
    return this.#ready.size + this.#running.size;
  }

  /** Keys that wait for their time. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** As soon as a worker is free, whatever back-off the key had. */
  add(key: string): void {
    this.#cancelTimer(key);
    if (this.#running.has(key)) this.#running.set(key, true);
    else this.#ready.add(key);
    this.#pump();
  }

  /** Not before `ms` from now, unless it is added sooner. */
  addAfter(key: string, ms: number): void {
    this.#setTimer(key, { ms, isNews: true });
  }

  /** Starts working; keys may have been added before. */
  start(): void {
    this.#started = true;
    this.#pump();
  }

  /** Starts no more work and waits for what is under way. Keys keep their place for the next start. */
  async stop(): Promise<void> {
    this.#started = false;
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Settles when everything that was added was worked on at least once; keys that wait to be retried do not count. */
  async idle(): Promise<void> {
    const hasNews = (): boolean => this.depth > 0 || [...this.#timers.values()].some(({ isNews }) => isNews);
    while (hasNews()) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Cancels every timer; for the end. */
  close(): void {
    for (const key of [...this.#timers.keys()]) this.#cancelTimer(key);
  }

  #pump(): void {
    for (const key of this.#ready) {
      if (!this.#started || this.#running.size >= this.#options.concurrency) return;
      this.#ready.delete(key);
      this.#running.set(key, false);
      void this.#work(key).then((outcome) => this.#finish(key, outcome));
    }
  }

  #finish(key: string, outcome: Outcome): void {
    const again = this.#running.get(key) === true;
    this.#running.delete(key);
    if (outcome.type === 'retry') this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
    else this.#failures.delete(key);
    if (again) this.add(key);
    else this.#schedule(key, outcome);
    this.#pump();
    if (this.#running.size === 0) this.#wakeIdleWaiters();
  }

  #schedule(key: string, outcome: Outcome): void {
    switch (outcome.type) {
      case 'settled':
        return;
      case 'after':
        this.#setTimer(key, { ms: outcome.ms, isNews: false });
        return;
      case 'retry': {
        const { bounds, random } = this.#options;
        const ms = backoffMs(this.#failures.get(key) ?? 1, bounds, random());
        this.#setTimer(key, { ms, isNews: false });
        return;
      }
    }
  }

  #setTimer(key: string, { ms, isNews }: { readonly ms: number; readonly isNews: boolean }): void {
    if (this.#ready.has(key) || this.#running.get(key) === true) return;
    const at = this.#options.clock.monotonic() + ms;
    const timer = this.#timers.get(key);
    if (timer !== undefined && timer.at <= at) return;
    this.#cancelTimer(key);
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { at, isNews, cancel });
  }

  #cancelTimer(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  #wakeIdleWaiters(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }
}
