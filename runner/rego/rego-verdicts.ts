/**
 * Verdicts on the Rego of bundles, in memory by the hash of what was judged. opa runs for one bundle at a time, so that Rego that
 * is slow on purpose costs one process; whoever waits for the same bundle waits for the same process, and it ends when nobody
 * does any more.
 */
import { RecentMap } from '../engine/recent-map.ts';
import { createHash } from 'node:crypto';
import type { Problem } from '../../constructs/api/problem.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';
import { judgeBundleRego } from './bundle-rego.ts';

/** What is known of a bundle's Rego. */
export interface RegoVerdict {
  readonly problems: readonly Problem[];
  /** Why opa could not judge it; undefined when it did. */
  readonly unchecked: string | undefined;
  /** Whether another try may end otherwise. */
  readonly isFinal: boolean;
}

/** What verdicts are made with. */
export interface RegoVerdictsDeps {
  /** Path of the real opa. */
  readonly findOpa: (signal: AbortSignal) => Promise<string>;
  readonly capabilities: string;
  /** Milliseconds that only go forward. */
  readonly monotonic: () => number;
}

/** A bundle as far as its Rego goes. */
export type BundleWithRego = Named<{ readonly rego?: string }>;

/** Verdicts that are kept; the one that was asked for longest ago goes first. */
const mostKept = 1000;
/** How long a failure of opa stands before it is tried again, in milliseconds. */
const failureMs = 30_000;
/**
 * How long a verdict stands that came of a bound, in milliseconds: opa may have been slow for want of a CPU. Twice as long each time
 * that it is found again, so that Rego that never ends does not keep opa from the others.
 */
const boundMs = { first: 300_000, longest: 3_600_000 };

interface Kept {
  readonly verdict: RegoVerdict;
  /** On the clock of the deps. */
  readonly until: number;
  /** How often in a row it came of a bound. */
  readonly bounds: number;
}

interface UnderWay {
  readonly verdict: Promise<RegoVerdict>;
  readonly abandon: () => void;
  waiting: number;
}

const nothingWrong: RegoVerdict = { problems: [], unchecked: undefined, isFinal: true };

/** See above. */
export class RegoVerdicts {
  readonly #deps: RegoVerdictsDeps;
  readonly #kept = new RecentMap<string, Kept>(mostKept);
  readonly #underWay = new Map<string, UnderWay>();
  /** Hashing a large bundle for each of its tenants would add up; a spec is the same object until it changes. */
  readonly #keys = new WeakMap<object, string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: RegoVerdictsDeps) {
    this.#deps = deps;
  }

  /** What was found last; undefined when it was never judged. */
  known(bundle: BundleWithRego): RegoVerdict | undefined {
    if (bundle.spec.rego === undefined) return nothingWrong;
    const key = this.#key(bundle);
    const kept = this.#kept.get(key);
    if (kept !== undefined) this.#kept.set(key, kept);
    return kept?.verdict;
  }

  /** Milliseconds until another verdict may be asked for; undefined when this one is final, or there is none. */
  dueInMs(bundle: BundleWithRego): number | undefined {
    const kept = bundle.spec.rego === undefined ? undefined : this.#kept.get(this.#key(bundle));
    return kept === undefined || kept.verdict.isFinal ? undefined : Math.max(0, kept.until - this.#deps.monotonic());
  }

  /**
   * Judges what is not known yet.
   * @throws the reason of the signal when that is aborted first
   */
  async judge(bundle: BundleWithRego, signal: AbortSignal): Promise<RegoVerdict> {
    const { name, spec } = bundle;
    if (spec.rego === undefined) return nothingWrong;
    const key = this.#key(bundle);
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#deps.monotonic() < kept.until) {
      this.#kept.set(key, kept);
      return kept.verdict;
    }
    return waitFor(this.#underWay.get(key) ?? this.#start(key, name, spec.rego), signal);
  }

  #key({ name, spec }: BundleWithRego): string {
    const known = this.#keys.get(spec);
    if (known !== undefined) return known;
    const key = `${name} ${createHash('sha256')
      .update(spec.rego ?? '')
      .digest('base64')}`;
    this.#keys.set(spec, key);
    return key;
  }

  #start(key: string, name: string, rego: string): UnderWay {
    const end = new AbortController();
    const verdict = this.#last.then(() => this.#judgeNow({ name, rego }, end.signal));
    const forget = (): void => {
      if (this.#underWay.get(key) === underWay) this.#underWay.delete(key);
    };
    const abandon = (): void => {
      forget();
      end.abort(new Error('nobody waits for the verdict any more'));
    };
    const underWay: UnderWay = { verdict, abandon, waiting: 0 };
    this.#underWay.set(key, underWay);
    this.#last = verdict.then((found) => {
      forget();
      if (!end.signal.aborted) this.#kept.set(key, this.#keptAs(found, this.#kept.get(key)));
    });
    return underWay;
  }

  #keptAs(verdict: RegoVerdict, before: Kept | undefined): Kept {
    const now = this.#deps.monotonic();
    if (verdict.isFinal) return { verdict, until: Number.POSITIVE_INFINITY, bounds: 0 };
    if (verdict.unchecked !== undefined) return { verdict, until: now + failureMs, bounds: before?.bounds ?? 0 };
    const bounds = (before?.bounds ?? 0) + 1;
    return { verdict, until: now + Math.min(boundMs.first * 2 ** (bounds - 1), boundMs.longest), bounds };
  }

  /** Never throws: that opa fails is a verdict, too. */
  async #judgeNow(bundle: { readonly name: string; readonly rego: string }, signal: AbortSignal): Promise<RegoVerdict> {
    const { findOpa, capabilities } = this.#deps;
    try {
      signal.throwIfAborted();
      const opa = await findOpa(signal);
      const { problems, reachedBound } = await judgeBundleRego({ ...bundle, opa, capabilities, signal });
      return { problems, unchecked: undefined, isFinal: !reachedBound };
    } catch (error) {
      return { problems: [], unchecked: error instanceof Error ? error.message : String(error), isFinal: false };
    }
  }
}

async function waitFor(underWay: UnderWay, signal: AbortSignal): Promise<RegoVerdict> {
  let leave = (): void => undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
  underWay.waiting += 1;
  try {
    return await Promise.race([underWay.verdict, left]);
  } finally {
    signal.removeEventListener('abort', leave);
    underWay.waiting -= 1;
    if (underWay.waiting === 0) underWay.abandon();
  }
}
