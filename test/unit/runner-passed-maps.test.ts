import { expect, test } from '@jest/globals';
import { mountedMaps } from '../../runner/fleet/mounted-maps.ts';
import { passedMaps } from '../../runner/fleet/passed-maps.ts';
import { cellKinds } from '../../runner/fleet/kinds.ts';

const kindOf = (name: string): (typeof cellKinds)[number] => {
  const kind = cellKinds.find((each) => each.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
};
const map = (version: number) => ({
  kind: kindOf('ConfigMap'),
  key: `map-${version}`,
  name: `name-${version}`,
  resourceVersion: `${version}`,
});
const maps = (count: number) => Array.from({ length: count }, (_, index) => map(90 + index));
const nothing = { isWanted: (): boolean => false, mounted: [] };

test('few ConfigMaps of old revisions all stay', () => {
  expect(passedMaps(maps(24), nothing)).toEqual([]);
});

test('of many, those between the oldest and the newest go, by number and not by text', () => {
  const keys = passedMaps(maps(30).reverse(), nothing).map(({ key }) => key);
  expect(keys).toEqual(['map-102', 'map-103', 'map-104', 'map-105', 'map-106', 'map-107']);
});

test('what is wanted, what a pod mounts and what is no ConfigMap are not counted, and stay', () => {
  const services = maps(30).map((each) => ({ ...each, kind: kindOf('Service') }));
  expect(passedMaps(services, nothing)).toEqual([]);
  expect(passedMaps(maps(30), { ...nothing, isWanted: (key) => key > 'map-105' })).toEqual([]);
  const mounted = ['name-104', 'name-105', 'name-106'];
  const keys = passedMaps(maps(30), { ...nothing, mounted }).map(({ key }) => key);
  expect(keys).toEqual(['map-102', 'map-103', 'map-107']);
});

test('a pod names the ConfigMaps of its volumes, projected ones too', () => {
  const spec = {
    volumes: [
      { name: 'token', secret: { secretName: 'token' } },
      { name: 'guard', configMap: { name: 'guard-1' } },
      { name: 'both', projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'policy-1' } }] } },
    ],
  };
  expect(mountedMaps(spec)).toEqual(['guard-1', 'policy-1']);
  expect(mountedMaps({})).toEqual([]);
});
