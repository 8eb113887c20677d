/**
 * A queue of keys. A key is worked on by one worker at a time; adding it again while it waits costs nothing, adding it
 * while it runs makes it run once more. What is urgent goes first (see ready-keys.ts); a key that waits keeps the highest
 * priority that it was given. What changed for many keys at once goes at a pace (see pace.ts). A key that fails waits longer each
 * time, keys that failed hold only a share of the workers (see failed-share.ts), and a run that takes long makes room for another (see slow-runs.ts), so that none of them holds up another
 * key. What a failing run does itself, such as telling of its failure, comes back as a `resync` while it runs, and shortens no
 * back-off.
 */
import { backoffMs } from '../kube/backoff.ts';
import type { BackoffBounds } from '../kube/backoff.ts';
import type { Clock } from '../kube/clock.ts';
import { FailedShare } from './failed-share.ts';
import { Pace } from './pace.ts';
import type { PaceBounds } from './pace.ts';
import { moreUrgent, ReadyKeys } from './ready-keys.ts';
import type { Priority } from './ready-keys.ts';
import { SlowRuns } from './slow-runs.ts';

/**
 * What a worker says of a key.
 * - `settled`: nothing to do until something changes; the failures so far are forgotten.
 * - `retry`: it failed; the queue runs it again after the key's back-off, as a `resync`. With `notBeforeMs` it was told when to come
 *   back: it does then, and its back-off grows by nothing.
 * - `after`: no failure, but look again after `ms`, as a `resync`.
 *
 * `isUnderWay`: what the key's runs began goes on, and counts against the pace until an outcome does not say so.
 */
export type Outcome =
  | { readonly type: 'settled'; readonly isUnderWay?: boolean }
  | { readonly type: 'retry'; readonly notBeforeMs?: number }
  | { readonly type: 'after'; readonly ms: number; readonly isUnderWay?: boolean };

/** What a queue works with. */
export interface QueueOptions {
  /** Keys worked on at once. */
  readonly concurrency: number;
  /** For keys of the priority `shared`. @default - they wait for a worker only */
  readonly pace?: PaceBounds;
  readonly bounds: BackoffBounds;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
}

interface Timer {
  readonly at: number;
  readonly priority: Priority;
  /** Asked for from outside, as against a retry. */
  readonly isNews: boolean;
  readonly cancel: () => void;
}

/** A wait from which on it is no failure to be asked for it, in milliseconds. */
const longWaitMs = 5000;

/** A key at work. */
interface Run {
  /** On the monotonic clock. */
  readonly since: number;
  readonly hasFailed: boolean;
  /** Added again meanwhile. */
  again: Priority | undefined;
}

/** See above. */
export class KeyedQueue {
  readonly #work: (key: string) => Promise<Outcome>;
  readonly #options: QueueOptions;
  readonly #ready = new ReadyKeys();
  readonly #running = new Map<string, Run>();
  readonly #timers = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  readonly #failedShare: FailedShare;
  readonly #slow: SlowRuns;
  readonly #pace: Pace;
  /** Cancels the look for what makes room as time passes; there is one only while keys wait for a worker. */
  #cancelLook = (): void => undefined;
  #started = false;
  /** When a key got a worker last, on the monotonic clock. */
  #lastBeginning = 0;
  #idleWaiters: (() => void)[] = [];

  /** @param work never throws: what can go wrong is an outcome */
  constructor(work: (key: string) => Promise<Outcome>, options: QueueOptions) {
    this.#work = work;
    this.#options = options;
    this.#failedShare = new FailedShare(options.concurrency);
    this.#slow = new SlowRuns(options.concurrency, options.clock);
    this.#pace = new Pace(options.pace ?? { most: Infinity, longestMs: Infinity }, options.clock);
  }

  /** Keys that wait for a worker or have one. */
  get depth(): number {
    return this.#ready.size + this.#running.size;
  }

  /** Keys that wait for their time. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** The key that has had a worker for the longest time, in milliseconds; undefined when no worker has one. */
  get longestRun(): { readonly key: string; readonly ms: number } | undefined {
    // Keys come into the map when they get a worker, so the first one in it has had its worker the longest.
    const [oldest] = this.#running;
    return oldest && { key: oldest[0], ms: this.#options.clock.monotonic() - oldest[1].since };
  }

  /** Milliseconds since a key got a worker (or work began), while a worker is free and a key could have it; undefined otherwise. */
  get stalledMs(): number | undefined {
    const open = { failed: this.#failedShare.isOpen, shared: this.#pace.restMs() === 0 };
    return this.#hasRoom && this.#ready.hasFor(open)
      ? this.#options.clock.monotonic() - this.#lastBeginning
      : undefined;
  }

  /** As soon as a worker is free, whatever back-off the key had. */
  add(key: string, priority: Priority): void {
    const timer = this.#timers.get(key);
    const urgency = timer === undefined ? priority : moreUrgent(timer.priority, priority);
    this.#cancelTimer(key);
    const run = this.#running.get(key);
    if (run === undefined) this.#wait(key, urgency);
    else run.again = moreUrgent(run.again ?? urgency, urgency);
    this.#pump();
  }

  /** Not before `ms` from now, unless it is added sooner. */
  addAfter(key: string, ms: number, priority: Priority): void {
    this.#setTimer(key, { ms, priority, isNews: true });
  }

  /** Starts working; keys may have been added before. */
  start(): void {
    this.#started = true;
    this.#lastBeginning = this.#options.clock.monotonic();
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
    this.#cancelLook();
    for (const key of [...this.#timers.keys()]) this.#cancelTimer(key);
  }

  #wait(key: string, urgency: Priority): void {
    // What is under way already takes nothing more away, and would wait for its own end.
    const priority = urgency === 'shared' && this.#pace.has(key) ? 'change' : urgency;
    this.#ready.add(key, { priority, hasFailed: this.#failures.has(key) });
  }

  #pump(): void {
    this.#cancelLook();
    // Asked once: what opened between two answers would be neither begun now nor looked for later.
    const paceMs = this.#pace.restMs();
    this.#fill(paceMs === 0);
    if (!this.#started || this.#ready.size === 0) return;
    const before = this.#slow.count;
    const restMs = this.#slow.putAside(this.#running.values());
    if (this.#slow.count > before) this.#pump();
    else this.#lookAfter([restMs, paceMs]);
  }

  #lookAfter(waits: readonly (number | undefined)[]): void {
    const ms = Math.min(...waits.map((wait) => wait || Infinity));
    if (Number.isFinite(ms)) this.#cancelLook = this.#options.clock.after(ms, () => this.#pump());
  }

  get #hasRoom(): boolean {
    return this.#started && this.#running.size - this.#slow.count < this.#options.concurrency;
  }

  #fill(isPaceOpen: boolean): void {
    while (this.#hasRoom) {
      const key = this.#ready.take({ failed: this.#failedShare.isOpen, shared: isPaceOpen });
      if (key === undefined) return;
      const hasFailed = this.#failures.has(key);
      if (hasFailed) this.#failedShare.enter();
      this.#lastBeginning = this.#options.clock.monotonic();
      const run = { since: this.#lastBeginning, hasFailed, again: undefined };
      this.#running.set(key, run);
      void this.#work(key).then((outcome) => this.#finish(key, run, outcome));
    }
  }

  #finish(key: string, run: Run, outcome: Outcome): void {
    this.#running.delete(key);
    this.#slow.ended(run);
    if (run.hasFailed) this.#failedShare.leave();
    this.#count(key, run, outcome);
    const isOwnEcho = outcome.type === 'retry' && run.again === 'resync';
    if (run.again === undefined || isOwnEcho) this.#schedule(key, outcome);
    else this.add(key, run.again);
    this.#pump();
    if (this.#running.size === 0) this.#wakeIdleWaiters();
  }

  #count(key: string, { hasFailed }: Run, outcome: Outcome): void {
    if (outcome.type === 'retry') {
      const isFailure = (outcome.notBeforeMs ?? 0) < longWaitMs;
      this.#failures.set(key, (this.#failures.get(key) ?? 0) + (isFailure ? 1 : 0));
      this.#failedShare.failed();
      return;
    }
    this.#failures.delete(key);
    if (outcome.isUnderWay === true) this.#pace.began(key);
    else this.#pace.over(key);
    if (hasFailed) this.#failedShare.recovered();
  }

  #schedule(key: string, outcome: Outcome): void {
    switch (outcome.type) {
      case 'settled':
        return;
      case 'after':
        this.#setTimer(key, { ms: outcome.ms, priority: 'resync', isNews: false });
        return;
      case 'retry':
        this.#setTimer(key, { ms: this.#retryMs(key, outcome.notBeforeMs), priority: 'resync', isNews: false });
        return;
    }
  }

  /** Who says "in a second" each time is not believed for ever; who names a long wait is, and the back-off stays as it was. */
  #retryMs(key: string, notBeforeMs: number | undefined): number {
    const { bounds, random } = this.#options;
    const backoff = backoffMs(this.#failures.get(key) ?? 1, bounds, random());
    if (notBeforeMs === undefined) return backoff;
    // Spread, too: many that were told the same do not come back together.
    const asTold = notBeforeMs + Math.max(bounds.firstMs, notBeforeMs / 10) * random();
    return notBeforeMs < longWaitMs ? Math.max(backoff, asTold) : asTold;
  }

  #setTimer(key: string, { ms, ...due }: Pick<Timer, 'priority' | 'isNews'> & { readonly ms: number }): void {
    if (this.#ready.has(key) || this.#running.get(key)?.again !== undefined) {
      this.add(key, due.priority);
      return;
    }
    const at = this.#options.clock.monotonic() + ms;
    const timer = this.#timers.get(key);
    const priority = timer === undefined ? due.priority : moreUrgent(timer.priority, due.priority);
    if (timer !== undefined && timer.at <= at) {
      this.#timers.set(key, { ...timer, priority });
      return;
    }
    this.#cancelTimer(key);
    const cancel = this.#options.clock.after(ms, () => this.add(key, this.#timers.get(key)?.priority ?? priority));
    this.#timers.set(key, { ...due, at, priority, cancel });
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
