import { expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadAssets } from '../../../files/assets/load-assets.ts';
import { packageRoot, packageVersion } from '../../../files/assets/package-root.ts';

test('the assets of a cell are the library and the guard as they lie in their folders, sorted, without their tests', () => {
  const { rego, guard, capabilities } = loadAssets();
  expect(rego['decision.rego']).toBe(readFileSync(path.join(packageRoot(), 'policy', 'decision.rego'), 'utf8'));
  for (const files of [rego, guard]) {
    expect(Object.keys(files)).toStrictEqual(Object.keys(files).sort());
    expect(Object.keys(files).filter((name) => /test/.test(name))).toStrictEqual([]);
  }
  expect(guard['openclaw.plugin.json']).toContain('"id"');
  expect(JSON.parse(capabilities)).toHaveProperty('builtins');
  expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
});

test('an OpenClaw version without a schema has none, and a package without its files is an error, not an empty cell', () => {
  expect(loadAssets().configSchema('0.0.0')).toBeUndefined();
  const empty = mkdtempSync(path.join(tmpdir(), 'cellwright-assets-'));
  try {
    expect(() => loadAssets(empty)).toThrow(/policy/);
  } finally {
    rmSync(empty, { recursive: true });
  }
});
