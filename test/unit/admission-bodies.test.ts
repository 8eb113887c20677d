/** Bytes of bodies: what is held of one caller, and of all. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { Callers } from '../../runner/admission/callers.ts';
import { longestBody, RequestBodies } from '../../runner/admission/request-body.ts';
import { systemClock } from '../../runner/kube/clock.ts';

function requestWith(bytes: number): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  const chunk = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < bytes; sent += chunk.length) request.push(chunk.subarray(0, bytes - sent));
  request.push(null);
  return request;
}

const tooMuch = { name: 'ReviewRefusal', status: 503 };

test('one caller holds at most half of what all may; a body counts twice while it is put together, and once while it is judged', async () => {
  const bodies = new RequestBodies(systemClock);
  const callers = new Callers(systemClock);
  const end = Promise.withResolvers<undefined>();
  const lengths: number[] = [];
  /** Settles when the body is worked on, and keeps it until the end. */
  const hold = (address: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const length = bodies.with(requestWith(longestBody), callers.of(address), async (body) => {
        resolve();
        await end.promise;
        return body.length;
      });
      length.then((bytes) => lengths.push(bytes), reject);
    });
  for (let count = 1; count <= 3; count += 1) {
    await hold('a');
    expect(callers.of('a').held).toBe(count * longestBody);
  }
  // Four fit, but not the fourth beside its own pieces.
  await expect(hold('a')).rejects.toMatchObject(tooMuch);
  expect(callers.of('a').held).toBe(3 * longestBody);
  for (let count = 1; count <= 3; count += 1) await hold('b');
  await hold('c');
  await expect(hold('d')).rejects.toMatchObject(tooMuch);
  end.resolve(undefined);
  await new Promise((resolve) => setImmediate(resolve));
  expect(lengths).toEqual(Array.from({ length: 7 }, () => longestBody));
  expect(['a', 'b', 'c', 'd'].map((address) => callers.of(address).held)).toEqual([0, 0, 0, 0]);
});
