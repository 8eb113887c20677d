import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { runBounded } from '../../opa/bounded-child.ts';
import { checkModules } from '../../opa/check-modules.ts';
import { coverageOf, testModules } from '../../opa/test-modules.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'policy');
const modules = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.rego'))
    .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
);
const capabilities = readFileSync(path.join(folder, 'capabilities.json'), 'utf8');

let opa: string;
beforeAll(async () => {
  opa = await realOpa();
}, opaBuildMs);

test('the library passes opa check --strict with the built-ins that cells allow', async () => {
  expect(await checkModules({ opa, modules, capabilities })).toEqual([]);
});

test('the library is formatted as opa fmt formats it', async () => {
  const { stdout } = await runBounded({ command: opa, args: ['fmt', '--list', folder] });
  expect(stdout).toBe('');
});

test('every test of the library passes, and no line is left uncovered', async () => {
  const results = await testModules({ opa, modules });
  expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(await coverageOf({ opa, modules })).toBe(100);
  expect(results.map(({ name }) => name)).toContain(
    'data.cellwright_test.test_a_lower_level_does_not_widen_what_an_upper_level_allows',
  );
});

test('every public rule of the library says in METADATA what it means', () => {
  const undocumented = Object.entries(modules)
    .filter(([name]) => !name.endsWith('_test.rego'))
    .flatMap(([name, text]) =>
      [...text.matchAll(/(?:^|\n)(\n?)(?:default )?([a-z][a-z_]*)(?:\([^)]*\))? :=/g)]
        .filter(({ index }) => !/# METADATA\n(?:#[^\n]*\n)+$/.test(text.slice(0, index + 1)))
        .map(([, , rule]) => `${name}: ${rule ?? ''}`),
    );
  expect(undocumented).toEqual([]);
});

test('no built-in that cells allow depends on anything but its arguments and the time', async () => {
  const { stdout } = await runBounded({ command: opa, args: ['capabilities', '--current'] });
  const known = (JSON.parse(stdout) as { builtins: { name: string; nondeterministic?: boolean }[] }).builtins;
  const reaching = known.filter(({ nondeterministic }) => nondeterministic === true).map(({ name }) => name);
  const allowed = (JSON.parse(capabilities) as { builtins: { name: string }[] }).builtins.map(({ name }) => name);
  expect(reaching).toEqual(
    expect.arrayContaining(['http.send', 'net.lookup_ip_addr', 'opa.runtime', 'json.match_schema']),
  );
  expect(allowed.filter((name) => reaching.includes(name))).toEqual(['time.now_ns']);
  expect(allowed).not.toContain('rego.parse_module');
});
