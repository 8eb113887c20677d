/**
 * Who asks, by address, and how much of the event loop is left for each. Nobody proves who they are: any pod may reach the port,
 * and the address of an API server is not known beforehand. What a caller cannot choose freely is its address, so that one that
 * spends its own share takes nothing from the others; all together have a share as well, and the rest is the runner's.
 */
import type { Clock } from '../kube/clock.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Rate } from './token-bucket.ts';

/**
 * Milliseconds of the event loop for one caller. Thousands of ordinary reviews, of 1 to 4 ms each, come in one go when somebody applies
 * a fleet.
 */
const ofOne: Rate = { burst: 5000, perSecond: 1000 / 8 };
/** More than two callers can spend, less than half of the time: the runner's own work goes on beside them. */
const ofAll: Rate = { burst: 10_000, perSecond: (1000 * 3) / 8 };

/** Addresses that are remembered: more than there can be connections. */
const mostKnown = 1024;

/** One address. */
export class Caller {
  /** Open connections. */
  connections = 0;
  /** Bytes of its bodies. */
  held = 0;
  /** Its reviews that wait for a verdict. */
  judged = 0;
  readonly #own: TokenBucket;
  readonly #all: TokenBucket;

  constructor(clock: Clock, all: TokenBucket) {
    this.#own = new TokenBucket(ofOne, () => clock.monotonic());
    this.#all = all;
  }

  /** Milliseconds of its own share. */
  get left(): number {
    return this.#own.left;
  }

  /** Nothing more is done for it now. */
  get isSpent(): boolean {
    return this.#own.left <= 0 || this.#all.left <= 0;
  }

  /** So many milliseconds of the event loop went into its requests. */
  charge(ms: number): void {
    this.#own.spend(ms);
    this.#all.spend(ms);
  }
}

/** See above. */
export class Callers {
  readonly #clock: Clock;
  readonly #all: TokenBucket;
  readonly #known = new Map<string, Caller>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new TokenBucket(ofAll, () => clock.monotonic());
  }

  /** @param address of a socket; undefined for one that is closed already */
  of(address: string | undefined): Caller {
    const key = address ?? '';
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= mostKnown) this.#forgetHalf();
    const caller = new Caller(this.#clock, this.#all);
    this.#known.set(key, caller);
    return caller;
  }

  /** Half of those without a connection, those that spent least: they get little by being new. */
  #forgetHalf(): void {
    const idle = [...this.#known].filter(([, { connections }]) => connections === 0);
    const byLeft = idle.map(([address, { left }]) => ({ address, left })).sort((one, other) => other.left - one.left);
    for (const { address } of byLeft.slice(0, Math.ceil(byLeft.length / 2))) this.#known.delete(address);
  }
}
