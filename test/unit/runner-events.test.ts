import { describe, expect, test } from '@jest/globals';
import { Events } from '../../runner/fleet/events.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import type { Pass } from '../../runner/fleet/situation.ts';
import { ApiError, ConnectionError } from '../../runner/kube/api-error.ts';
import type { WantedBody } from '../../runner/kube/client.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

const tenant = { apiVersion: 'x/v1', kind: 'TenantGateway', metadata: { name: 'acme', uid: 'u' }, spec: {} } as Tenant;
const pass: Pass = {
  tenant,
  log: createLog({ level: 'silent', readable: true, stream: process.stderr }),
  signal: new AbortController().signal,
};

/** @param answer what becomes of each try; undefined: the Event is made */
function events(answer: (notes: readonly string[]) => Promise<Error | undefined> = () => Promise.resolve(undefined)): {
  events: Events;
  tell: (note: string) => void;
  clock: ManualClock;
  notes: string[];
  names: string[];
  dropped: () => number;
  term: AbortController;
} {
  const notes: string[] = [];
  const names: string[] = [];
  const clock = new ManualClock();
  const term = new AbortController();
  let dropped = 0;
  const create = async (_kind: unknown, body: WantedBody): Promise<never> => {
    notes.push(String(body['note']));
    names.push(body.metadata.name);
    const failure = await answer(notes);
    if (failure !== undefined) throw failure;
    return body as never;
  };
  const recorder = new Events({
    client: { create },
    clock,
    random: () => 0,
    signal: () => term.signal,
    instance: 'here',
    dropped: { inc: () => (dropped += 1) },
  });
  const tell = (note: string): void => recorder.tell(pass, { type: 'Warning', reason: 'Test', note });
  return { events: recorder, tell, clock, notes, names, dropped: () => dropped, term };
}

/** The first `count` tries fail, the others do not. */
const failing =
  (count: number, error: Error) =>
  (notes: readonly string[]): Promise<Error | undefined> =>
    Promise.resolve(notes.length <= count ? error : undefined);
const noAnswer = new ConnectionError('POST x', 'reset', undefined);
const refused = (status: number, reason: string): ApiError => ApiError.fromStatus('POST x', { reason }, status);

test('a sentence is told once in a while', async () => {
  const { tell, notes, clock } = events();
  for (const note of ['one', 'one', 'one', 'two']) tell(note);
  await clock.advance(599_000);
  expect(notes).toEqual(['one', 'two']);
  tell('one');
  await clock.advance(1000);
  tell('one');
  await turn();
  expect(notes).toEqual(['one', 'two', 'one']);
});

test.each(['x'.repeat(2000), 'é'.repeat(600), '𝄞'.repeat(300), 'é'.repeat(512)])(
  'a note has at most the bytes that the API takes, and whole characters',
  async (long) => {
    const { tell, notes } = events();
    tell(long);
    await turn();
    const [note = ''] = notes;
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
    expect(note).not.toContain('\uFFFD');
    expect(long.startsWith(note.replace(/ …$/, ''))).toBe(true);
  },
);

describe('an Event that cannot be made', () => {
  test('is sent again under the same name, later each time, and then counts as told', async () => {
    const { tell, notes, names, clock, dropped } = events(failing(3, noAnswer));
    tell('one');
    const tries: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      tries.push(notes.length);
      await clock.advance(1000);
    }
    expect([tries[0], tries[2], tries[4], tries[8]]).toEqual([1, 2, 3, 4]);
    expect(notes).toHaveLength(4);
    expect(new Set(names).size).toBe(1);
    tell('one');
    await turn();
    expect([notes.length, dropped()]).toEqual([4, 0]);
  });

  test('was made when its name is taken the second time: the answer was lost', async () => {
    let tries = 0;
    const { tell, clock, dropped } = events(() =>
      Promise.resolve((tries += 1) === 1 ? noAnswer : refused(409, 'AlreadyExists')),
    );
    tell('one');
    await clock.advance(600_000);
    expect([tries, dropped()]).toEqual([2, 0]);
  });

  test.each([
    ['after six tries', noAnswer, 6],
    ['at once when it can never be accepted', refused(422, 'Invalid'), 1],
  ])('is given up %s, counted, and may be told anew', async (_when, error, tries) => {
    const { tell, notes, clock, dropped } = events(failing(tries, error));
    tell('one');
    await clock.advance(300_000);
    expect([notes.length, dropped()]).toEqual([tries, 1]);
    tell('one');
    await turn();
    expect(notes).toHaveLength(tries + 1);
  });

  test('delays nobody who tells, and of too many the oldest are given up', async () => {
    const hanging = Promise.withResolvers<undefined>();
    const { events: recorder, tell, notes, clock, dropped } = events(() => hanging.promise);
    for (let count = 0; count < 1100; count += 1) tell(`note ${count}`);
    await clock.advance(0);
    expect([notes.length, dropped()]).toEqual([4, 100]);
    hanging.resolve(undefined);
    await recorder.idle();
    expect(notes.slice(3, 6)).toEqual(['note 3', 'note 104', 'note 105']);
    expect(notes).toHaveLength(1000);
  });

  test('is given up at the end of the term, which waits for what is on the wire', async () => {
    const hanging = Promise.withResolvers<undefined>();
    const {
      events: recorder,
      tell,
      notes,
      clock,
      dropped,
      term,
    } = events((sent) => (sent.length <= 4 ? hanging.promise : Promise.resolve(noAnswer)));
    for (let count = 0; count < 6; count += 1) tell(`note ${count}`);
    let hasEnded = false;
    term.abort(new Error('the term is over'));
    const ended = recorder.endTerm().then(() => (hasEnded = true));
    await clock.advance(60_000);
    expect([hasEnded, notes.length, dropped()]).toEqual([false, 4, 2]);
    hanging.resolve(undefined);
    await ended;
    await clock.advance(600_000);
    expect(notes).toHaveLength(4);
  });
});
