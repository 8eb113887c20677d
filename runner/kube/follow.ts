/** Reflectors of many kinds as one: running, and knowing which kinds have no whole list yet. */
import type { Stored } from './object-store.ts';
import { OptionalReflector } from './optional-reflector.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorDeps, ReflectorSubject } from './reflector.ts';

/** A reflector that can be started, whatever its store holds. */
export interface Follower {
  readonly kind: string;
  readonly create: (deps: ReflectorDeps) => {
    /** Settles when there is a first whole list. */
    readonly synced: Promise<unknown>;
    /** Runs until the signal is aborted. */
    readonly run: (signal: AbortSignal) => Promise<unknown>;
    /** Settles when a stream is open that was begun after the call; kinds that the cluster may lack have none. */
    readonly renew?: () => Promise<void>;
    readonly isOpen?: boolean;
  };
}

/** Makes a follower of one kind. */
export function follower<Entry extends Stored>(subject: ReflectorSubject<Entry>): Follower {
  const ReflectorOfKind = subject.optional === true ? OptionalReflector : Reflector;
  return { kind: subject.resource.kind, create: (deps) => new ReflectorOfKind(subject, deps) };
}

/** Followers under way. */
export interface Following {
  /** Kinds without a whole list so far. */
  readonly missing: () => string[];
  /** Settles when every kind has one. */
  readonly synced: Promise<unknown>;
  /** Takes up the streams of these kinds anew; settles when all are open, or the signal was aborted. */
  readonly renew: (kinds: readonly string[]) => Promise<unknown>;
  /** Whether each of these kinds has an open stream. */
  readonly areOpen: (kinds: readonly string[]) => boolean;
  /** Settles after the signal was aborted. */
  readonly done: Promise<unknown>;
}

/** Starts them all. */
export function follow(followers: readonly Follower[], deps: ReflectorDeps, signal: AbortSignal): Following {
  const missing = new Set(followers);
  const started = followers.map((one) => {
    const reflector = one.create(deps);
    const synced = reflector.synced.then(() => missing.delete(one));
    return { kind: one.kind, reflector, synced, done: reflector.run(signal) };
  });
  const of = (kinds: readonly string[]): readonly ReturnType<Follower['create']>[] =>
    started.filter(({ kind }) => kinds.includes(kind)).map(({ reflector }) => reflector);
  return {
    missing: () => [...missing].map(({ kind }) => kind),
    synced: Promise.all(started.map(({ synced }) => synced)),
    renew: (kinds) => Promise.all(of(kinds).map((reflector) => reflector.renew?.() ?? Promise.resolve())),
    areOpen: (kinds) => of(kinds).every(({ isOpen }) => isOpen !== false),
    done: Promise.all(started.map(({ done }) => done)),
  };
}
