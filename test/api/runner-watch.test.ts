import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ApiError } from '../../runner/kube/api-error.ts';
import type { ApiRequest, ApiResponse, Send } from '../../runner/kube/send.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { runnerOfFile, startWithPlatform } from './support/runner-of-file.ts';
import { createObject, eventually, isObserved, tenantWhen } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const service = '/api/v1/namespaces/tenant-acme/services/gateway';

/** What happens to the next chunk of the Services' watch, after which the stream ends; and how its next watches are answered. */
const fault: { chunk: 'pass' | 'halve' | 'lose'; refusals: number[] } = { chunk: 'pass', refusals: [] };

async function* broken(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (fault.chunk === 'pass') {
      yield chunk;
      continue;
    }
    if (fault.chunk === 'halve') yield chunk.subarray(0, chunk.length / 2);
    fault.chunk = 'pass';
    throw new Error('the connection was reset');
  }
}

const isServiceWatch = ({ path, query }: ApiRequest): boolean =>
  path === '/api/v1/services' && query?.['watch'] === '1';

const wrap =
  (send: Send): Send =>
  async (request): Promise<ApiResponse> => {
    if (!isServiceWatch(request)) return send(request);
    const refusal = fault.refusals.shift();
    if (refusal !== undefined) throw ApiError.fromStatus('watch', { message: 'injected' }, refusal);
    const response = await send(request);
    return { ...response, chunks: broken(response.chunks) };
  };

const runner = runnerOfFile(plane, (its) => startWithPlatform(its, { wrap }));

beforeAll(async () => {
  await createObject(plane(), 'TenantGateway', { name: 'acme' });
  await tenantWhen(plane(), 'acme', isObserved);
});

beforeEach(async () => {
  await runner.settled();
});

const lists = (): Promise<number> => runner.metric('cellwright_lists_total{kind="Service"}');

/** Deletes the Service; only the watch can tell the runner, which makes it anew. */
async function expectRepair(): Promise<void> {
  const { uid } = ((await plane().admin.ok({ path: service })).body as { metadata: { uid: string } }).metadata;
  await plane().admin.ok({ method: 'DELETE', path: service });
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path: service });
    return status === 200 && (body as { metadata: { uid: string } }).metadata.uid !== uid;
  });
}

test('a stream that breaks in the middle of an event is taken up where it was, without a new list', async () => {
  const before = await lists();
  fault.chunk = 'halve';
  await expectRepair();
  expect(await lists()).toBe(before);
});

test('an event that is lost with its stream is told again', async () => {
  const before = await lists();
  fault.chunk = 'lose';
  await expectRepair();
  expect(await lists()).toBe(before);
});

test('a version that is too old leads to a new list, in which a deletion shows', async () => {
  const before = await lists();
  fault.refusals = [410];
  fault.chunk = 'lose';
  await expectRepair();
  expect(await lists()).toBe(before + 1);
});

test('an API server in trouble is asked again until it answers', async () => {
  const before = await lists();
  fault.refusals = [500, 503, 429];
  fault.chunk = 'lose';
  await expectRepair();
  expect(await lists()).toBe(before);
  expect(await runner.metric('cellwright_watch_failures_total{kind="Service"}')).toBeGreaterThanOrEqual(6);
});
