/** How long a leader may write, and from when that is counted. */
import { describe, expect, test } from '@jest/globals';
import { LeaderElection, LeadershipLostError } from '../../runner/engine/leader-election.ts';
import { ConnectionError } from '../../runner/kube/api-error.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import type { ApiRequest } from '../../runner/kube/send.ts';
import { refusal } from './runner-support/answered-engine.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

const deadlineMs = 10_000;
const options = { namespace: 'platform', name: 'runners', leaseMs: 15_000, deadlineMs, retryMs: 2000 };

/** A request about the lease that waits for its answer. */
interface Asked {
  readonly method: string;
  readonly holder: string | undefined;
  readonly version: string | undefined;
  readonly answer: (answer: LiveObject | Error) => Promise<void>;
}

/** The lease as the API server has it. */
function lease(holderIdentity: string, resourceVersion: string): LiveObject {
  const spec = { holderIdentity, leaseDurationSeconds: 15, leaseTransitions: 1 };
  const metadata = { name: 'runners', namespace: 'platform', uid: 'u', resourceVersion };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

/** A process that takes part, over the real client; the test answers its requests and turns its clocks. */
class Participant {
  readonly clock = new ManualClock();
  readonly errors: unknown[] = [];
  readonly terms: AbortSignal[] = [];
  readonly end = new AbortController();
  readonly election: LeaderElection;
  readonly #waiting: Asked[] = [];

  constructor() {
    const client = new KubeClient(
      (request) => this.#ask(request),
      () => undefined,
    );
    this.election = new LeaderElection(
      { ...options, identity: 'me' },
      { client, clock: this.clock, random: () => 0, onError: (error) => this.errors.push(error) },
    );
    void this.election.run(this.end.signal, (term) => {
      this.terms.push(term);
      return new Promise((resolve) => term.addEventListener('abort', () => resolve()));
    });
  }

  /** The request that waits for an answer. */
  async asked(): Promise<Asked> {
    await turn();
    const asked = this.#waiting.shift();
    if (asked === undefined || this.#waiting.length > 0) throw new Error(`${this.#waiting.length} more requests wait`);
    return asked;
  }

  /** Makes the lease, at time 0 of both clocks; it is answered `answerMs` after it was sent. */
  async takeLease({ answerMs = 0 } = {}): Promise<void> {
    await (await this.asked()).answer(refusal(404, 'NotFound', 'no such lease'));
    const created = await this.asked();
    await this.clock.advance(answerMs);
    await created.answer(lease('me', '1'));
  }

  #ask({ method, body, signal }: ApiRequest): ReturnType<ConstructorParameters<typeof KubeClient>[0]> {
    const { spec, metadata } = (body ?? {}) as Partial<LiveObject> & { spec?: { holderIdentity?: string } };
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      this.#waiting.push({
        method,
        holder: spec?.holderIdentity,
        version: metadata?.resourceVersion,
        answer: (answer) => {
          if (answer instanceof Error) reject(answer);
          else resolve({ status: 200, warnings: [], json: () => Promise.resolve(answer), chunks: nothing() });
          return turn();
        },
      });
    });
  }
}

async function* nothing(): AsyncGenerator<never> {}

describe('a leader', () => {
  test.each([
    ['both clocks stand just before the deadline', { wall: deadlineMs - 1, monotonic: deadlineMs - 1 }, true],
    ['both clocks have come to the deadline', { wall: deadlineMs, monotonic: deadlineMs }, false],
    ['the wall clock alone has come to the deadline', { wall: deadlineMs, monotonic: 0 }, false],
    ['the monotonic clock alone has come to the deadline', { wall: 0, monotonic: deadlineMs }, false],
    ['the wall clock stands just before the deadline', { wall: deadlineMs - 1, monotonic: 0 }, true],
    ['the monotonic clock stands just before the deadline', { wall: 0, monotonic: deadlineMs - 1 }, true],
    ['the wall clock was set back and the monotonic one has come to the deadline', { wall: -5, monotonic: 1e4 }, false],
  ])('when %s: whether it may write', async (_when, jump, mayWrite) => {
    const me = new Participant();
    expect(me.election.mayWrite()).toBe(false);
    await me.takeLease();
    expect(me.election.mayWrite()).toBe(true);
    me.clock.jump(jump);
    expect(me.election.mayWrite()).toBe(mayWrite);
  });

  test('counts from the sending of what took the lease, not from its answer', async () => {
    const me = new Participant();
    await me.takeLease({ answerMs: 4000 });
    me.clock.jump({ wall: 5999, monotonic: 5999 });
    expect(me.election.mayWrite()).toBe(true);
    me.clock.jump({ wall: 1, monotonic: 1 });
    expect(me.election.mayWrite()).toBe(false);
  });

  test('counts anew from the sending of each renewal that was answered, and of no other', async () => {
    const me = new Participant();
    await me.takeLease();
    await me.clock.advance(2000);
    const renewal = await me.asked();
    expect(renewal).toMatchObject({ method: 'PUT', holder: 'me', version: '1' });
    await me.clock.advance(3000);
    await renewal.answer(lease('me', '2'));
    // The next one, sent at 7000, is not answered.
    await me.clock.advance(6999);
    expect(me.election.mayWrite()).toBe(true);
    await me.clock.advance(1);
    expect(me.clock.monotonic()).toBe(2000 + deadlineMs);
    expect(me.election.mayWrite()).toBe(false);
  });

  test('whose renewals are not answered may write no more at the deadline, and ends its term after the try that is under way', async () => {
    const me = new Participant();
    await me.takeLease();
    await me.clock.advance(deadlineMs);
    expect(me.election.mayWrite()).toBe(false);
    // A try that begins just before the deadline is given half of it, and then there is a pause.
    await me.clock.advance(deadlineMs / 2 + options.retryMs);
    expect(me.terms.map(({ reason }) => reason as unknown)).toEqual([expect.any(LeadershipLostError)]);
    expect(me.errors).not.toEqual([]);
    expect(me.election.mayWrite()).toBe(false);
  });

  test('whose renewal was done and its answer lost goes on, on the time of the last one that was answered', async () => {
    const me = new Participant();
    await me.takeLease();
    await me.clock.advance(2000);
    await (await me.asked()).answer(new ConnectionError('PUT lease', 'the answer got lost', undefined));
    await me.clock.advance(2000);
    const outdated = await me.asked();
    expect(outdated).toMatchObject({ method: 'PUT', version: '1' });
    await outdated.answer(refusal(409, 'Conflict', 'the lease is newer'));
    me.clock.jump({ wall: deadlineMs - 4001, monotonic: deadlineMs - 4001 });
    expect(me.election.mayWrite()).toBe(true);
    me.clock.jump({ wall: 1, monotonic: 1 });
    expect(me.election.mayWrite()).toBe(false);
    expect(me.terms.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test.each([
    ['itself', 'me', false],
    ['another', 'you', true],
  ])('that meets a conflict looks who holds the lease: %s', async (_who, holder, isOver) => {
    const me = new Participant();
    await me.takeLease();
    await me.clock.advance(2000);
    await (await me.asked()).answer(refusal(409, 'Conflict', 'the lease is newer'));
    await me.clock.advance(2000);
    const look = await me.asked();
    expect(look.method).toBe('GET');
    await look.answer(lease(holder, '7'));
    if (!isOver) {
      const renewal = await me.asked();
      expect(renewal).toMatchObject({ method: 'PUT', holder: 'me', version: '7' });
      await renewal.answer(lease('me', '8'));
    }
    expect(me.terms.map(({ aborted }) => aborted)).toEqual([isOver]);
    me.clock.jump({ wall: deadlineMs - 1, monotonic: deadlineMs - 1 });
    expect(me.election.mayWrite()).toBe(!isOver);
  });
});
