import { appendFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { costing, countOf, RequestCounts, writes } from '../../bench/engine/request-counts.ts';
import { countRequests } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { createObject, isObserved, startTestRunner, tenantWhen } from './support/running-fleet.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const plane = controlPlaneOfFile();

test('the counts of the bench are those of the audit log, lists and watches included', async () => {
  await installPlatform(plane());
  const file = path.join(plane().dir, 'audit.log');
  await using counts = await RequestCounts.open(file, { client: plane().admin, agent: 'cellwright-runner' });
  await counts.take();
  let seen: ReadonlyMap<string, number> = new Map();
  const requests = await plane().audit.during(async () => {
    await using runner = await startTestRunner(plane());
    await createObject(plane(), 'TenantGateway', { name: 'counted' });
    await tenantWhen(plane(), 'counted', isObserved);
    await runner.settled();
    seen = await counts.take();
  });
  const wanted = countRequests(requests).get('cellwright-runner/0.0.0-test');
  expect(Object.fromEntries(seen)).toEqual(wanted?.byWhat);
  expect(countOf(seen, writes)).toBe(wanted?.writes);
  expect(countOf(seen, costing)).toBe((wanted?.total ?? 0) - (wanted?.watches ?? 0));
  expect(countOf(await counts.take(), /./)).toBe(0);
});

test('a log that goes on in a new file is counted to its end and from its beginning', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'audit.log');
  const line = (requestURI: string): string =>
    `${JSON.stringify({ stage: 'ResponseComplete', requestURI, verb: 'get', userAgent: 'agent/1' })}\n`;
  await writeFile(file, line('/old'));
  const client = {
    ok: async ({ path: uri }: { readonly path: string }) => {
      await appendFile(file, line('/last-of-the-old'));
      await rename(file, `${file}.1`);
      await writeFile(file, line('/new') + JSON.stringify({ requestURI: uri, userAgent: 'bench' }) + '\n');
      return { status: 200, body: undefined, warnings: [] };
    },
  };
  await using counts = await RequestCounts.open(file, { client, agent: 'agent' });
  expect([...(await counts.take()).keys()]).toEqual(['get /old', 'get /last-of-the-old', 'get /new']);
});

test('of a refused namespace only what was refused in it counts', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'audit.log');
  const line = (resource: string, namespace: string | undefined, code: number): string =>
    `${JSON.stringify({ stage: 'ResponseComplete', requestURI: '/', verb: 'patch', userAgent: 'agent/1', objectRef: { resource, namespace }, responseStatus: { code } })}\n`;
  await writeFile(
    file,
    [
      line('refused', 'broken', 403),
      line('accepted', 'broken', 200),
      line('elsewhere', 'other', 403),
      line('shared', undefined, 403),
    ].join(''),
  );
  const client = {
    ok: async ({ path: uri }: { readonly path: string }) => {
      await appendFile(file, JSON.stringify({ requestURI: uri, userAgent: 'bench' }) + '\n');
      return { status: 200, body: undefined, warnings: [] };
    },
  };
  await using counts = await RequestCounts.open(file, { client, agent: 'agent', refusedIn: 'broken' });
  expect([...(await counts.take()).keys()]).toEqual(['patch refused']);
});
