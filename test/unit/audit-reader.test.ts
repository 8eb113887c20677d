import { describe, expect, test } from '@jest/globals';
import { AuditReader } from '../../runner/audit/reader.ts';
import type { ReadingClient } from '../../runner/audit/reader.ts';
import { ApiError, ConnectionError } from '../../runner/kube/api-error.ts';
import type { Page } from '../../runner/kube/client.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';

const things = { apiVersion: 'v1', kind: 'Thing', plural: 'things', namespaced: true };
const clock = { ...systemClock, after: (_ms: number, call: () => void) => systemClock.after(0, call) };

function page(name: string, next?: string): Page {
  const metadata = { name, uid: name, resourceVersion: '1' };
  return { items: [{ apiVersion: 'v1', kind: 'Thing', metadata }], resourceVersion: '1', next };
}
const reset = new ConnectionError('GET /things', 'reset', undefined);
const refusal = (status: number, message: string, continueFrom?: string): ApiError =>
  ApiError.fromStatus(
    'GET /things',
    { message, ...(continueFrom === undefined ? {} : { metadata: { continue: continueFrom } }) },
    status,
  );

/** Answers in this order; says which tokens were asked for. */
function reader(...answers: readonly (Page | Error)[]): { reader: AuditReader; tokens: (string | undefined)[] } {
  const left = [...answers];
  const tokens: (string | undefined)[] = [];
  const client: ReadingClient = {
    get: () => Promise.reject(reset),
    list: (_kind, { next }) => {
      tokens.push(next);
      const answer = left.shift() ?? reset;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { reader: new AuditReader(client, clock, new AbortController().signal), tokens };
}

const names = (found: readonly LiveObject[]): string[] => found.map(({ metadata }) => metadata.name);

describe('a list', () => {
  test('goes on with the remainder that an expired page names', async () => {
    const { reader: read, tokens } = reader(page('a', 't1'), refusal(410, 'expired', 't2'), page('b'));
    expect(names(await read.all(things))).toEqual(['a', 'b']);
    expect([tokens, read.notChecked]).toEqual([[undefined, 't1', 't2'], []]);
  });

  test('is asked for again where no answer came', async () => {
    const { reader: read } = reader(reset, refusal(500, 'etcd'), page('a', 't1'), reset, page('b'));
    expect(names(await read.all(things))).toEqual(['a', 'b']);
    expect(read.notChecked).toEqual([]);
  });

  test.each<[string, readonly Error[], string]>([
    ['is refused on a later page', [refusal(403, 'no')], 'you may not list things'],
    ['expires without a remainder', [refusal(410, 'expired')], 'expired'],
    ['breaks off for good', [reset, reset, reset], 'reset'],
  ])('that %s is hidden, and what came before counts', async (_what, errors, why) => {
    const { reader: read } = reader(page('a', 't1'), ...errors);
    expect(names(await read.all(things))).toEqual(['a']);
    expect(read.isHidden('Thing')).toBe(true);
    expect(read.notChecked).toMatchObject([{ what: 'Thing objects', why: expect.stringContaining(why) }]);
  });

  test('is the end of the audit where nothing was ever answered, or the answer is of who asks', async () => {
    await expect(reader().reader.all(things)).rejects.toBe(reset);
    const unknown = refusal(401, 'Unauthorized');
    await expect(reader(page('a', 't1'), unknown).reader.all(things)).rejects.toBe(unknown);
  });
});
