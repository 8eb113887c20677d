import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SharedText } from '../../../constructs/synth/yaml/shared-text.ts';
import { SynthCache, hashOf } from '../../../files/cache/synth-cache.ts';
import type { TenantRecord } from '../../../files/cache/synth-cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const objects = [{ kind: 'TenantGateway', name: 'acme' }];
const record: TenantRecord = {
  inputs: 'shared',
  facts: { host: 'a.example.com' },
  paths: ['a.yaml'],
  shared: [],
  digest: 'd',
};

function filled(): SynthCache {
  const cache = new SynthCache(folder, '1.0.0');
  cache.rememberFile('hash', objects);
  cache.rememberTenant('hash', 'acme', record);
  return cache;
}

test('what a run remembered, the next run of the same version knows, for the same content and inputs only', () => {
  filled().save();
  const cache = new SynthCache(folder, '1.0.0');
  expect(cache.known('hash')).toStrictEqual(objects);
  expect(cache.tenant('hash', 'acme', 'shared')).toStrictEqual(record);
  expect(cache.tenant('hash', 'acme', 'other')).toBeUndefined();
  expect(cache.tenant('hash', 'toString', 'shared')).toBeUndefined();
  expect(cache.known('other')).toBeUndefined();
  expect(cache.known('__proto__')).toBeUndefined();
  expect(new SynthCache(folder, '1.0.1').known('hash')).toBeUndefined();
  expect(readdirSync(folder)).toStrictEqual(['synth.json']);
});

test('what a run did not ask for is forgotten', () => {
  filled().save();
  new SynthCache(folder, '1.0.0').save();
  expect(new SynthCache(folder, '1.0.0').known('hash')).toBeUndefined();
});

test.each(['', '{', 'null', '[]', '{"version":"1.0.0"}', '{"version":"1.0.0","files":[]}'])(
  'a broken cache is an empty one: %j',
  (text) => {
    writeFileSync(path.join(folder, 'synth.json'), text);
    const cache = new SynthCache(folder, '1.0.0');
    expect(cache.known('hash')).toBeUndefined();
    cache.save();
  },
);

test('texts that records share are stored once, and a record without its text, or with a damaged one, is none', () => {
  const text = new SharedText('long');
  const cache = new SynthCache(folder, '1.0.0');
  for (const name of ['acme', 'other']) {
    cache.rememberFile(name, [{ kind: 'TenantGateway', name }]);
    cache.rememberTenant(name, name, {
      ...record,
      shared: [
        { at: 1, text },
        { at: 9, text },
      ],
    });
  }
  cache.save();
  const file = path.join(folder, 'synth.json');
  const stored = readFileSync(file, 'utf8');
  expect(stored.split('"long"')).toHaveLength(2);
  const shared = new SynthCache(folder, '1.0.0').tenant('acme', 'acme', 'shared')?.shared;
  expect(shared?.map((place) => [place.at, place.text.text])).toStrictEqual([
    [1, 'long'],
    [9, 'long'],
  ]);
  for (const damaged of [stored.replace('"long"', '"wrong"'), stored.replace(/"texts":{.*?},/, '')]) {
    writeFileSync(file, damaged);
    expect(new SynthCache(folder, '1.0.0').tenant('acme', 'acme', 'shared')).toBeUndefined();
  }
});

test('a hash tells lists apart that join alike', () => {
  expect(hashOf(['ab', 'c'])).not.toBe(hashOf(['a', 'bc']));
  expect(hashOf(['ab', 'c'])).toBe(hashOf(['ab', 'c']));
});
