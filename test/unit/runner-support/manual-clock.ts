/** A clock that a test turns by hand. */
import type { Clock } from '../../../runner/kube/clock.ts';

/** See above; both clocks start at 0. */
export class ManualClock implements Clock {
  #now = 0;
  /** How far the wall clock is before the monotonic one. */
  #wallAhead = 0;
  #timers: { readonly at: number; readonly call: () => void }[] = [];

  readonly now = (): number => this.#now + this.#wallAhead;
  readonly monotonic = (): number => this.#now;
  readonly after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.#now + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((known) => known !== timer);
    };
  };

  /** How long until the next timer, or undefined when none is set. */
  get nextIn(): number | undefined {
    const at = Math.min(...this.#timers.map((timer) => timer.at));
    return Number.isFinite(at) ? at - this.#now : undefined;
  }

  /**
   * Each clock goes on by itself, and no timer is called: so it looks to a process that was suspended, on a machine that was,
   * or whose wall clock was set.
   */
  jump({ wall, monotonic }: { readonly wall: number; readonly monotonic: number }): void {
    this.#now += monotonic;
    this.#wallAhead += wall - monotonic;
  }

  /** Lets time pass; timers that are due are called in order, and what they started is given its turn. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await turn();
      const due = this.#timers.filter(({ at }) => at <= until).sort((left, right) => left.at - right.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((known) => known !== due);
      this.#now = Math.max(this.#now, due.at);
      due.call();
    }
    this.#now = until;
    await turn();
  }
}

/** Lets everything that is ready run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
