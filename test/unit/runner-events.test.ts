import { expect, test } from '@jest/globals';
import { Events } from '../../runner/fleet/events.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import type { Pass } from '../../runner/fleet/situation.ts';
import type { WantedBody } from '../../runner/kube/client.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

const tenant = { apiVersion: 'x/v1', kind: 'TenantGateway', metadata: { name: 'acme', uid: 'u' }, spec: {} } as Tenant;
const pass: Pass = {
  tenant,
  log: createLog({ level: 'silent', readable: true, stream: process.stderr }),
  signal: new AbortController().signal,
};

function events(answers: readonly (Error | undefined)[] = []): {
  tell: (note: string) => Promise<void>;
  notes: string[];
} {
  const notes: string[] = [];
  const left = [...answers];
  const create = (_kind: unknown, body: WantedBody): Promise<never> => {
    notes.push(String(body['note']));
    const failure = left.shift();
    return failure === undefined ? Promise.resolve(body as never) : Promise.reject(failure);
  };
  const recorder = new Events({ client: { create }, clock: new ManualClock(), instance: 'here' });
  return { notes, tell: (note) => recorder.tell(pass, { type: 'Warning', reason: 'Test', note }) };
}

test('a sentence is told once in a while, and again when it could not be told', async () => {
  const { tell, notes } = events([new Error('no')]);
  for (const note of ['one', 'one', 'one', 'two']) await tell(note);
  expect(notes).toEqual(['one', 'one', 'two']);
});

test.each(['x'.repeat(2000), 'é'.repeat(600), '𝄞'.repeat(300), 'é'.repeat(512)])(
  'a note has at most the bytes that the API takes, and whole characters',
  async (long) => {
    const { tell, notes } = events();
    await tell(long);
    const [note = ''] = notes;
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
    expect(note).not.toContain('\uFFFD');
    expect(long.startsWith(note.replace(/ …$/, ''))).toBe(true);
  },
);
