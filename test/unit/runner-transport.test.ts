import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { ApiError, ConnectionError, isAlreadyExists, isConflict, isStale } from '../../runner/kube/api-error.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { NotLeaderError, withFence } from '../../runner/kube/fence.ts';
import { lastWriteMs, withLastWrites } from '../../runner/kube/last-writes.ts';
import { askAgainMs, withRetryAfter } from '../../runner/kube/retry-after.ts';
import type { ApiRequest, Send } from '../../runner/kube/send.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import type { Transport } from '../../runner/kube/transport.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server on loopback, and a transport to it as a kubeconfig with a token would give. */
async function transportTo(
  answer: Answer,
  user: object = { token: 'secret' },
): Promise<{ transport: Transport; server: Server }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = new KubeConfig();
  const cluster = { name: 'c', server: url, skipTLSVerify: true };
  config.loadFromOptions({
    clusters: [cluster],
    users: [{ name: 'u', ...user }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  });
  const transport = createTransport(
    { config, server: url, namespace: undefined, description: 'test' },
    { userAgent: 'cellwright-runner/1.2.3', clock: systemClock },
  );
  closing.push(transport.close, () => new Promise((resolve) => server.close(resolve)));
  return { transport, server };
}

const get = (path: string, signal = new AbortController().signal): ApiRequest => ({ method: 'GET', path, signal });

describe('the transport', () => {
  test('says who it is, keeps its connections, and hands warnings on', async () => {
    const ports = new Set<number | undefined>();
    const headers: Record<string, unknown>[] = [];
    const { transport } = await transportTo((request, response) => {
      ports.add(request.socket.remotePort);
      headers.push(request.headers);
      response.setHeader('warning', ['299 - "first \\"quoted\\""', '299 - "second"']);
      response.end('{}');
    });
    for (let count = 0; count < 20; count += 1) {
      const response = await transport.send(get('/api'));
      expect(response.warnings).toEqual(['first \\"quoted\\"', 'second']);
      await response.json();
    }
    // A request may start before the connection of the one before is back in the pool.
    expect(ports.size).toBeLessThanOrEqual(2);
    expect(headers[0]).toMatchObject({
      'user-agent': 'cellwright-runner/1.2.3',
      authorization: 'Bearer secret',
      accept: 'application/json',
    });
  });

  test('gives a refusal with status, reason and causes, and quotes what is no Status', async () => {
    const { transport } = await transportTo((request, response) => {
      response.statusCode = request.url === '/proxy' ? 502 : 422;
      const status = { reason: 'Invalid', message: 'spec.x: no', details: { causes: [{ field: 'metadata.uid' }] } };
      response.end(request.url === '/proxy' ? '<html>Bad gateway</html>' : JSON.stringify(status));
    });
    const refused = await transport.send(get('/x')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 422,
      reason: 'Invalid',
      isStatus: true,
      message: 'GET /x: the API server answered 422 Invalid: spec.x: no',
    });
    expect(isStale(refused)).toBe(true);
    await expect(transport.send(get('/proxy'))).rejects.toMatchObject({
      status: 502,
      serverMessage: '<html>Bad gateway</html>',
      isStatus: false,
    });
  });

  test.each([
    ['which is not there', { exec: { command: '/nowhere/plugin' } }, 'spawn /nowhere/plugin ENOENT'],
    ['which fails', { exec: { command: 'sh', args: ['-c', 'echo log in first >&2; exit 1'] } }, 'log in first'],
    ['which prints a bare token', { exec: { command: 'echo', args: ['ey.secret'] } }, 'printed no ExecCredential'],
    ['which prints no credential', { exec: { command: 'echo', args: ['{}'] } }, 'printed no ExecCredential'],
  ])('says what is wrong with an exec plug-in %s, and sends nothing', async (_, user, problem) => {
    let requests = 0;
    const { transport } = await transportTo(() => (requests += 1), user);
    const failure = await transport.send(get('/api')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'kube.credentials', message: expect.stringContaining(problem) });
    expect(inspect(failure)).not.toContain('secret');
    expect(requests).toBe(0);
  });

  test('asks a plug-in that hangs once for all requests, and leaves it when they are given up', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-plugin-'));
    const script = `echo asked >> ${path.join(folder, 'asked')}; exec sleep 5`;
    const { transport } = await transportTo(() => undefined, { exec: { command: 'sh', args: ['-c', script] } });
    const end = new AbortController();
    const waiting = [transport.send(get('/one', end.signal)), transport.send(get('/two', end.signal))];
    // Longer than credentials are kept.
    await sleep(1200);
    waiting.push(transport.send(get('/three', end.signal)));
    end.abort(new Error('enough'));
    for (const { reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ message: 'enough' });
    expect(readFileSync(path.join(folder, 'asked'), 'utf8')).toBe('asked\n');
    rmSync(folder, { recursive: true });
  });

  test('says that no answer came, and stops at once when it is told to', async () => {
    const { transport } = await transportTo((request, response) => {
      if (request.url === '/reset') request.socket.destroy();
      if (request.url === '/half') {
        response.write('{"a":');
        setImmediate(() => request.socket.destroy());
      }
    });
    await expect(transport.send(get('/reset'))).rejects.toBeInstanceOf(ConnectionError);
    const half = await transport.send(get('/half'));
    await expect(half.json()).rejects.toBeInstanceOf(ConnectionError);
    const end = new AbortController();
    const waiting = transport.send(get('/silent', end.signal));
    end.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

const tooMany = (retryAfterSeconds: number | undefined, isStatus = true): ApiError =>
  new ApiError('x', 'busy', { status: 429, reason: 'TooManyRequests', causes: [], retryAfterSeconds, isStatus });
const answer = { status: 200, warnings: [], json: () => Promise.resolve({}), chunks: (async function* () {})() };

/** Fails with each error in turn, then answers. */
function failing(errors: Error[]): { send: Send; count: () => number } {
  let count = 0;
  const send: Send = () => {
    const error = errors[count];
    count += 1;
    return error === undefined ? Promise.resolve(answer) : Promise.reject(error);
  };
  return { send, count: () => count };
}

describe('policies around the transport', () => {
  test('Retry-After is waited for, to the second', async () => {
    const clock = new ManualClock();
    const { send, count } = failing([tooMany(7)]);
    const result = withRetryAfter(send, clock)(get('/x'));
    await clock.advance(6999);
    expect(count()).toBe(1);
    await clock.advance(1);
    await expect(result).resolves.toBe(answer);
    expect(count()).toBe(2);
  });

  test.each<[string, { method: ApiRequest['method']; seconds: number; isStatus?: boolean; isWaitedFor: boolean }]>([
    [
      'of a write of one object, when longer than a second, is the caller’s',
      { method: 'PATCH', seconds: 2, isWaitedFor: false },
    ],
    ['of a write of one object is waited for, when a second', { method: 'PATCH', seconds: 1, isWaitedFor: true }],
    [
      'of a write is waited for when no object was looked at',
      { method: 'PATCH', seconds: 2, isStatus: false, isWaitedFor: true },
    ],
    ['of a read is waited for', { method: 'GET', seconds: 2, isWaitedFor: true }],
  ])('Retry-After %s', async (_, { method, seconds, isStatus, isWaitedFor }) => {
    const clock = new ManualClock();
    const error = tooMany(seconds, isStatus);
    const { send, count } = failing([error]);
    const refused = withRetryAfter(
      send,
      clock,
    )({ ...get('/x'), method }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    await clock.advance(2000);
    expect(await refused).toBe(isWaitedFor ? undefined : error);
    expect(count()).toBe(isWaitedFor ? 2 : 1);
    expect(askAgainMs(error)).toBe(seconds * 1000);
  });

  test('without Retry-After nothing is repeated, since the server may have done it', async () => {
    const { send, count } = failing([tooMany(undefined)]);
    await expect(withRetryAfter(send, new ManualClock())(get('/x'))).rejects.toMatchObject({ status: 429 });
    expect(count()).toBe(1);
  });

  test('a wait for Retry-After ends when it is told to', async () => {
    const end = new AbortController();
    const result = withRetryAfter(failing([tooMany(50)]).send, new ManualClock())(get('/x', end.signal));
    await turn();
    end.abort(new Error('enough'));
    await expect(result).rejects.toThrow('enough');
  });
});

describe('writes around the end of a term', () => {
  test('who does not lead reads and does not write, judged at the moment of sending', async () => {
    let leads = true;
    const { send, count } = failing([]);
    const fenced = withFence(send, () => leads);
    await fenced({ ...get('/x'), method: 'POST' });
    leads = false;
    await expect(fenced({ ...get('/x'), method: 'DELETE' })).rejects.toBeInstanceOf(NotLeaderError);
    await fenced(get('/x'));
    expect(count()).toBe(2);
  });

  test('a write that waits for its connection is held back when the lease ran out meanwhile', async () => {
    const methods: (string | undefined)[] = [];
    const { transport, server } = await transportTo((request, response) => {
      methods.push(request.method);
      response.end('{}');
    });
    let leads = true;
    server.once('connection', () => (leads = false));
    const fenced = withFence(transport.send, () => leads);
    await expect(fenced({ ...get('/x'), method: 'DELETE' })).rejects.toBeInstanceOf(NotLeaderError);
    await (await fenced(get('/x'))).json();
    leads = true;
    await (await fenced({ ...get('/x'), method: 'DELETE' })).json();
    expect(methods).toEqual(['GET', 'DELETE']);
  });

  describe('when its signal is aborted', () => {
    /** A write and a read that are on the wire, and what becomes of them. */
    async function onTheWire(): Promise<{
      clock: ManualClock;
      end: AbortController;
      answered: () => void;
      write: Promise<unknown>;
      read: Promise<unknown>;
    }> {
      const arrived = Promise.withResolvers<undefined>();
      const responses = new Map<string | undefined, ServerResponse>();
      const { transport } = await transportTo(({ method }, response) => {
        responses.set(method, response);
        // Its body is on the way when the term ends.
        if (method === 'DELETE') response.write('{"a":');
        if (responses.size === 2) arrived.resolve(undefined);
      });
      const clock = new ManualClock();
      const end = new AbortController();
      const send = withFence(withLastWrites(transport.send, clock), () => !end.signal.aborted);
      const read = send(get('/x', end.signal)).catch((error: unknown) => error);
      const sent = send({ ...get('/x', end.signal), method: 'DELETE' });
      const write = sent.then((response) => response.json()).catch((error: unknown) => error);
      await arrived.promise;
      await sent;
      return { clock, end, answered: () => responses.get('DELETE')?.end('1}'), write, read };
    }

    test('a write that is on the wire may end, and a read ends at once', async () => {
      const { clock, end, answered, write, read } = await onTheWire();
      end.abort(new Error('the term is over'));
      expect(await read).toMatchObject({ message: 'the term is over' });
      await clock.advance(lastWriteMs - 1);
      answered();
      expect(await write).toEqual({ a: 1 });
      expect(clock.nextIn).toBeUndefined();
    });

    test('a write that does not end is given up after five seconds', async () => {
      const { clock, end, write } = await onTheWire();
      end.abort(new Error('the term is over'));
      await clock.advance(lastWriteMs);
      expect(await write).toMatchObject({ message: 'the term is over' });
    });

    test('a write that is not sent yet, or waits to be sent again, ends at once', async () => {
      const end = new AbortController();
      const clock = new ManualClock();
      const unsent: Send = ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      const { send: busy } = failing([tooMany(1)]);
      const results = [unsent, busy].map((send) =>
        withRetryAfter(
          withFence(withLastWrites(send, clock), () => true),
          clock,
        )({ ...get('/x', end.signal), method: 'POST' }),
      );
      await turn();
      end.abort(new Error('the term is over'));
      for (const result of results) await expect(result).rejects.toThrow('the term is over');
    });
  });

  test('the two meanings of 409 are told apart by reason', () => {
    const conflict = ApiError.fromStatus('x', { reason: 'Conflict' }, 409);
    const exists = ApiError.fromStatus('x', { reason: 'AlreadyExists' }, 409);
    expect([isConflict(conflict), isAlreadyExists(conflict)]).toEqual([true, false]);
    expect([isConflict(exists), isAlreadyExists(exists)]).toEqual([false, true]);
  });
});
