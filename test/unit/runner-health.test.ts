/** What the probes of the runner say, and when. */
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { KeyedQueue } from '../../runner/engine/queue.ts';
import { ApiTrouble } from '../../runner/fleet/api-trouble.ts';
import { longestPassMs, notReadyBecause, stuckBecause } from '../../runner/fleet/health.ts';
import type { Clock } from '../../runner/kube/clock.ts';
import { startHealthServer } from '../../runner/telemetry/health-server.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

const minute = 60_000;

describe('/livez', () => {
  test('fails when a worker has been at one key for more than fifteen minutes, and only then', async () => {
    const clock = new ManualClock();
    const bounds = { firstMs: 500, longestMs: 300_000 };
    const queue = new KeyedQueue(() => Promise.withResolvers<never>().promise, {
      concurrency: 1,
      clock,
      random: () => 0,
      bounds,
    });
    queue.start();
    expect(stuckBecause(queue)).toBeUndefined();
    queue.add('TenantGateway/acme', 'change');
    queue.add('TenantGateway/waits', 'change');
    await clock.advance(15 * minute);
    expect(stuckBecause(queue)).toBeUndefined();
    await clock.advance(minute);
    expect(stuckBecause(queue)).toBe('a worker has been at TenantGateway/acme for 16 minutes');
    await using server = await serve(() => stuckBecause(queue));
    const response = await fetch(`http://${server.address}/livez`);
    expect([response.status, await response.text()]).toEqual([
      503,
      'a worker has been at TenantGateway/acme for 16 minutes\n',
    ]);
    expect((await fetch(`http://${server.address}/readyz`)).status).toBe(200);
  });

  test('leaves slow passes their time: they are given up well before', () => {
    const longestRun = { key: 'TenantGateway/acme', ms: longestPassMs + minute };
    expect(stuckBecause({ longestRun, stalledMs: undefined })).toBeUndefined();
  });

  test.each([
    ['fails when a worker is free and a key that it could have is not begun, here since the queue is not woken', false],
    ['does not fail when keys wait for their pace, and begin when it is their turn', true],
  ])('%s', async (_, isWoken) => {
    const clock = new ManualClock();
    const after: Clock['after'] = isWoken ? clock.after : () => () => undefined;
    const queue = new KeyedQueue(() => Promise.resolve({ type: 'settled', isUnderWay: true }), {
      concurrency: 1,
      clock: { now: clock.now, monotonic: clock.monotonic, after },
      random: () => 0,
      bounds: { firstMs: 500, longestMs: 300_000 },
      pace: { most: 1, longestMs: 20 * minute },
    });
    for (const name of ['a', 'b']) queue.add(`TenantGateway/${name}`, 'shared');
    // A standby has no work.
    await clock.advance(60 * minute);
    expect(stuckBecause(queue)).toBeUndefined();
    queue.start();
    await clock.advance(19 * minute);
    expect([queue.depth, stuckBecause(queue)]).toEqual([1, undefined]);
    await clock.advance(2 * minute);
    expect([queue.depth, stuckBecause(queue)]).toEqual(
      isWoken ? [0, undefined] : [1, 'workers are free and keys wait, and none was begun for 21 minutes'],
    );
  });

  test('is not answered by an event loop that is stuck', async () => {
    const module = JSON.stringify(new URL('../../runner/telemetry/health-server.ts', import.meta.url).href);
    const thread = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const options = { address: '127.0.0.1:0', registry: {}, stuckBecause() {}, notReadyBecause() {} };
       import(${module}).then(({ startHealthServer }) => startHealthServer(options)).then(({ address }) => {
         parentPort.on('message', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
         parentPort.postMessage(address);
       });`,
      { eval: true },
    );
    const { promise: address, resolve } = Promise.withResolvers<string>();
    thread.once('message', resolve);
    const ask = async (ms: number): Promise<Response> =>
      fetch(`http://${await address}/livez`, { signal: AbortSignal.timeout(ms) });
    expect((await ask(10_000)).status).toBe(200);
    thread.postMessage('stop turning');
    await expect(ask(1000)).rejects.toThrow('timeout');
    await thread.terminate();
  });
});

test('/readyz names the kinds that are not listed', () => {
  const trouble = new ApiTrouble(() => 0);
  expect(notReadyBecause({ missing: () => ['Service', 'Pod'] }, trouble)).toBe('not listed yet: Service, Pod');
  expect(notReadyBecause({ missing: () => [] }, trouble)).toBeUndefined();
});

test('/readyz tells of lists and watches that have failed for more than a minute, until they work again', async () => {
  const clock = new ManualClock();
  const trouble = new ApiTrouble(clock.monotonic);
  const fails = (source: string): void =>
    trouble.observe({ type: 'watch-failed', kind: source, source, error: new Error('no'), retryInMs: 1 });
  const reason = (): string | undefined => notReadyBecause({ missing: () => [] }, trouble);
  fails('Service');
  await clock.advance(30_000);
  for (const source of ['Service', 'Pod']) fails(source);
  await clock.advance(30_000);
  expect([reason(), trouble.failing]).toEqual([undefined, 2]);
  await clock.advance(1);
  expect(reason()).toBe('lists or watches have failed for more than 60 s: Service');
  await clock.advance(minute);
  expect(reason()).toBe('lists or watches have failed for more than 60 s: Pod, Service');
  // A list alone is not enough: what comes after it would not be told.
  trouble.observe({ type: 'listed', kind: 'Pod', count: 1 });
  for (const source of ['Service', 'Pod']) {
    expect(reason()).toContain(source);
    trouble.observe({ type: 'works', kind: source, source });
  }
  expect([reason(), trouble.failing]).toEqual([undefined, 0]);
});

async function serve(problem: () => string | undefined): Promise<AsyncDisposable & { readonly address: string }> {
  const server = await startHealthServer({
    address: '127.0.0.1:0',
    registry: new Registry(),
    stuckBecause: problem,
    notReadyBecause: () => undefined,
  });
  return { address: server.address, [Symbol.asyncDispose]: server.close };
}
