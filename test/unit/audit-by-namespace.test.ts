import { expect, test } from '@jest/globals';
import { byNamespace, ListOrderError } from '../../runner/audit/by-namespace.ts';
import type { KindStream } from '../../runner/audit/by-namespace.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';

function object(kind: string, key: string): LiveObject {
  const [namespace = '', name = ''] = key.split('/');
  return { apiVersion: 'v1', kind, metadata: { namespace, name, uid: key, resourceVersion: '1' } };
}

function stream(kind: string, ...keys: string[]): KindStream {
  const objects = (async function* (): AsyncGenerator<LiveObject> {
    for (const key of keys) yield await Promise.resolve(object(kind, key));
  })();
  return { kind, objects };
}

async function walk(...streams: KindStream[]): Promise<string[]> {
  const seen: string[] = [];
  for await (const { namespace, of } of byNamespace(streams)) {
    const names = streams.map(({ kind }) => of(kind).map(({ metadata }) => metadata.name));
    seen.push(`${namespace}: ${names.map((list) => list.join(' ')).join(' | ')}`);
  }
  return seen;
}

test('objects of all kinds come together, in the order of the API server’s keys, gaps included', async () => {
  const pods = stream('Pod', 'tenant-a-b/x', 'tenant-a/y', 'tenant-a/z', 'tenant-c/w');
  const services = stream('Service', 'tenant-a/s', 'tenant-b/t');
  expect(await walk(pods, services, stream('Role'))).toEqual([
    'tenant-a-b: x |  | ',
    'tenant-a: y z | s | ',
    'tenant-b:  | t | ',
    'tenant-c: w |  | ',
  ]);
});

test('a list in another order is an error, because what comes late would be taken for missing', async () => {
  const late = stream('Pod', 'tenant-b/x', 'tenant-a/y');
  await expect(walk(late, stream('Service', 'tenant-a/s'))).rejects.toThrow(ListOrderError);
});
