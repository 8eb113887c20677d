/** Hostile values cost no more than an error. */
import { expect, test } from '@jest/globals';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { cpuMs } from './least-of.ts';
import { inputOf } from './rules-input.ts';

const assets = loadAssets();
const deep = (levels: number): object => {
  let value: object = {};
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
};
const wide = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, { token: 'x' }]));
const lol = `a: &a [x, x]\n${'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]\n'.repeat(500)}`;

test.each([
  ['9,000 levels', deep(9000), 'the fragment has more than 64 levels'],
  ['100,000 values', wide(50_000), 'the fragment has more than 5000 values'],
])('a fragment of %s is refused before anything walks through it', (_, config, message) => {
  const object = { apiVersion: 'cellwright.dev/v1alpha1', kind: 'TenantGateway', metadata: { name: 'acme' } };
  expect(validateObject({ ...object, spec: { openclaw: { config } } })).toEqual([]);
  const input = { ...inputOf({}), assets };
  const tenant = { name: 'acme', spec: { openclaw: { config: config as Record<string, unknown> } } };
  expect(checkTenant({ ...input, tenant }).map((problem) => problem.message)).toEqual([message]);
  const profile = { name: 'default', spec: { defaults: { config: config as Record<string, unknown> } } };
  expect(checkProfile(profile, assets).map((problem) => [problem.path, problem.message])).toEqual([
    ['spec.defaults.config', message],
  ]);
  // The profile's mistake is told of the profile.
  expect(checkTenant({ ...input, profile })).toEqual([]);
});

test('texts are texts, whatever a reader of YAML or a compiler of patterns would make of them', async () => {
  const regex = `(${'a+'.repeat(2000)})+$`;
  const input = {
    ...inputOf({ tenant: { openclaw: { env: { A: lol.slice(0, 4000), B: regex.slice(0, 4000) } } } }),
    assets,
  };
  expect(await cpuMs(1000, () => expect(checkTenant(input)).toEqual([]))).toBeLessThan(1000);
});

test('a fragment with many mistakes is never taken for a good one', () => {
  const input = { ...inputOf({}), assets };
  const config = wide(2400) as Record<string, unknown>;
  const problems = checkTenant({ ...input, tenant: { name: 'acme', spec: { openclaw: { config } } } });
  expect(
    problems.filter(({ code }) => code === 'config.unknown-key' || code === 'config.schema').length,
  ).toBeGreaterThan(0);
});
