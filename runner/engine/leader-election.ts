/**
 * One leader among several processes, by a Lease (https://kubernetes.io/docs/concepts/architecture/leases/), by the usual
 * rules: the holder renews often; others take over when the lease has not moved for its duration by their own clock, whatever
 * times are written in it; a clean stop gives the lease back.
 *
 * A leader that cannot renew stops before the lease runs out for the others: `mayWrite` is false from then on, by the wall
 * clock or the monotonic one, whichever is further (a suspended machine stops one of them).
 */
import { isAlreadyExists, isConflict } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { sleep, withDeadline } from '../kube/clock.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { ResourceKind } from '../kube/resource.ts';
import { readIfThere } from './read.ts';

/** The kind that elections run on. */
export const leases: ResourceKind = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** Which lease, and who we are. */
export interface ElectionOptions {
  readonly namespace: string;
  readonly name: string;
  /** Unique among the processes that take part. */
  readonly identity: string;
  /** How long a lease that is not renewed holds, in milliseconds. @default 15000 */
  readonly leaseMs?: number;
  /** After which time without renewal a leader stops, in milliseconds. @default 10000 */
  readonly deadlineMs?: number;
  /** Time between tries, in milliseconds, up to a fifth longer each time: so a clean stop is noticed within two seconds. @default 1000 */
  readonly retryMs?: number;
}

/** What an election works with. */
export interface ElectionDeps {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Told of failures to read or write the lease; they are retried. */
  readonly onError: (error: unknown) => void;
}

/** The lease ran out while we led. */
export class LeadershipLostError extends Error {
  readonly code = 'runner.leadership-lost';

  constructor(name: string) {
    super(`The lease ${name} was not renewed in time or taken by another: this runner has stopped writing`);
    this.name = 'LeadershipLostError';
  }
}

/** The API server did not answer in time about the lease. */
class LeaseSilentError extends Error {
  readonly code = 'runner.lease-silent';

  constructor(name: string, ms: number) {
    super(`No answer about the lease ${name} within ${ms} ms`);
    this.name = 'LeaseSilentError';
  }
}

interface Seen {
  readonly lease: LiveObject;
  /** When the lease was first seen at this version. */
  readonly since: number;
}

/** See above. */
export class LeaderElection {
  readonly #options: Required<ElectionOptions>;
  readonly #deps: ElectionDeps;
  #seen: Seen | undefined;
  /** When our last successful renewal was sent. */
  #renewed: { readonly wall: number; readonly monotonic: number } | undefined;

  constructor(options: ElectionOptions, deps: ElectionDeps) {
    this.#options = { leaseMs: 15_000, deadlineMs: 10_000, retryMs: 1000, ...options };
    this.#deps = deps;
  }

  /** Asked before each write. */
  mayWrite(): boolean {
    if (this.#renewed === undefined) return false;
    const { clock } = this.#deps;
    const elapsed = Math.max(clock.now() - this.#renewed.wall, clock.monotonic() - this.#renewed.monotonic);
    return elapsed < this.#options.deadlineMs;
  }

  /**
   * Takes part until the signal is aborted. Each time this process leads, `lead` is called with a signal for that term; it
   * must end soon after that signal, without failing, and the lease is given back only then.
   */
  async run(signal: AbortSignal, lead: (term: AbortSignal) => Promise<void>): Promise<void> {
    while (await this.#acquire(signal)) {
      const term = new AbortController();
      const work = lead(term.signal);
      await this.#holdWhileRenewed(signal);
      term.abort(signal.aborted ? signal.reason : new LeadershipLostError(this.#options.name));
      await work;
      if (signal.aborted) await this.#release();
      this.#renewed = undefined;
    }
    // Taken at the very moment of the end: nobody should wait for it to run out.
    await this.#release();
  }

  /** @returns false when the signal was aborted first */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    while (!(await this.#attempt(signal))) {
      if (!(await this.#pause(signal))) return false;
    }
    return !signal.aborted;
  }

  async #holdWhileRenewed(signal: AbortSignal): Promise<void> {
    while ((await this.#pause(signal)) && this.mayWrite()) {
      const held = await this.#attempt(signal);
      // Without a picture (a conflict, for example after an answer that got lost) the next try looks who holds it.
      if (!held && this.#seen !== undefined && this.#holder() !== this.#options.identity) return;
    }
  }

  /** @returns whether the wait was not aborted */
  async #pause(signal: AbortSignal): Promise<boolean> {
    const { clock, random } = this.#deps;
    const ms = this.#options.retryMs * (1 + 0.2 * random());
    return sleep(clock, ms, signal).then(
      () => true,
      () => false,
    );
  }

  #holder(): unknown {
    return this.#spec()['holderIdentity'];
  }

  #spec(): Readonly<Record<string, unknown>> {
    return (this.#seen?.lease['spec'] ?? {}) as Record<string, unknown>;
  }

  /** One try to take or renew the lease. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps;
    const late = new LeaseSilentError(this.#options.name, this.#options.deadlineMs / 2);
    try {
      return await withDeadline({ clock, ms: this.#options.deadlineMs / 2, error: late }, signal, async (linked) => {
        await this.#look(linked);
        if (!this.#isFree()) return false;
        await this.#take(linked);
        return true;
      });
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) this.#seen = undefined;
      else if (!signal.aborted) this.#deps.onError(error);
      return false;
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { name, namespace } = this.#options;
    if (this.#seen !== undefined && this.#holder() === this.#options.identity) return;
    const lease = await readIfThere(this.#deps.client, { kind: leases, name: { name, namespace } }, signal);
    if (lease?.metadata.resourceVersion !== this.#seen?.lease.metadata.resourceVersion) {
      this.#seen = lease && { lease, since: this.#deps.clock.monotonic() };
    }
  }

  #isFree(): boolean {
    if (this.#seen === undefined) return true;
    const { holderIdentity, leaseDurationSeconds } = this.#spec();
    if (holderIdentity === this.#options.identity || holderIdentity === '' || holderIdentity === undefined) return true;
    const heldMs = (typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds : 15) * 1000;
    return this.#deps.clock.monotonic() - this.#seen.since >= heldMs;
  }

  async #take(signal: AbortSignal): Promise<void> {
    const sent = { wall: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };
    await this.#write(this.#options.identity, signal);
    this.#renewed = sent;
  }

  async #release(): Promise<void> {
    if (this.#holder() !== this.#options.identity) return;
    const signal = AbortSignal.timeout(2000);
    try {
      await this.#write('', signal);
    } catch (error) {
      if (isConflict(error)) await this.#releaseRenewed(signal);
      else this.#deps.onError(error);
    }
  }

  /** A last renewal was given up while its answer was on the way. */
  async #releaseRenewed(signal: AbortSignal): Promise<void> {
    this.#seen = undefined;
    try {
      await this.#look(signal);
      if (this.#holder() === this.#options.identity) await this.#write('', signal);
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  async #write(holder: string, signal: AbortSignal): Promise<void> {
    const { name, namespace, leaseMs } = this.#options;
    const before = this.#spec();
    const now = microTime(this.#deps.clock.now());
    const takesOver = before['holderIdentity'] !== holder;
    const spec = {
      ...before,
      holderIdentity: holder,
      leaseDurationSeconds: holder === '' ? 1 : Math.ceil(leaseMs / 1000),
      renewTime: now,
      ...(takesOver ? { acquireTime: now, leaseTransitions: transitions(before) + 1 } : {}),
    };
    const resourceVersion = this.#seen?.lease.metadata.resourceVersion;
    const metadata = { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    const body = { apiVersion: leases.apiVersion, kind: leases.kind, metadata, spec };
    const { client, clock } = this.#deps;
    const lease = await (resourceVersion === undefined
      ? client.create(leases, body, signal)
      : client.replace(leases, body, signal));
    this.#seen = { lease, since: clock.monotonic() };
  }
}

function transitions(spec: Readonly<Record<string, unknown>>): number {
  return typeof spec['leaseTransitions'] === 'number' ? spec['leaseTransitions'] : 0;
}

/** RFC 3339 with the six digits that MicroTime demands. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
