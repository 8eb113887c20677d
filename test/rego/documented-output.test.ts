/** What the documentation shows of `cellwright policy` is what it prints. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cellwright } from './support/command.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-documented-'));
beforeAll(async () => {
  await realOpa();
}, opaBuildMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Blocks of a page with a command on their first line and what it prints below. */
function shown(page: string): { command: string; output: string }[] {
  const blocks = [
    ...readFileSync(page, 'utf8').matchAll(/```console\n\$ cellwright (policy explain .*)\n([^$][^`]*)```/g),
  ];
  return blocks.map(([, command = '', output = '']) => ({ command, output }));
}

const examples = ['README.md', 'docs/concepts/policy.md'].flatMap(shown);

test('there are examples with their output', () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
});

test.each(examples)('$command', async ({ command, output }) => {
  expect((await cellwright(command.split(' '))).stdout).toBe(output);
});

/** The text of a block by the file name in its first line. */
function written(page: string, file: string): string {
  const [, text = ''] = new RegExp(`\`\`\`[a-z]+\\n# ${file}\\n([^\`]*)\`\`\``).exec(readFileSync(page, 'utf8')) ?? [];
  return text;
}

const guide = 'docs/guides/policy.md';
const casesFile = path.join(folder, 'tests', 'baseline.cases.yaml');

/** Makes the fleet that the guide shows, with these cases beside its Rego tests. */
function writeFleet(cases: string): void {
  const [, rego = ''] = /```yaml\nspec:\n( {2}rego: \|\n[^]*?)```\n/.exec(readFileSync(guide, 'utf8')) ?? [];
  const files = {
    'bundles/acme.yaml': `${written(guide, 'fleet/bundles/acme.yaml')}${rego}`,
    'bundles/acme-support.yaml': readFileSync('fleet/bundles/acme-support.yaml', 'utf8'),
    'bundles/messages.yaml': messages,
    'tenants/acme-support.yaml': tenant,
    'profiles/default.yaml': readFileSync('fleet/profiles/default.yaml', 'utf8'),
    'tests/acme_test.rego': written(guide, 'fleet/tests/acme_test.rego'),
    'tests/baseline.cases.yaml': cases,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

test('the tests that the guide shows pass on the bundle that it shows', async () => {
  writeFleet(written(guide, 'fleet/tests/baseline.cases.yaml'));
  const { stdout, stderr } = await cellwright(['policy', 'test', '--fleet', folder]);
  expect([stderr, stdout]).toEqual(['', '8 passed, 0 failed\n']);
});

test('the failure that the guide shows is what its first case prints when it expects something else', async () => {
  const [, failure = ''] = /```text\n(FAIL .*\n)```/.exec(readFileSync(guide, 'utf8')) ?? [];
  const cases = written(guide, 'fleet/tests/baseline.cases.yaml').replace('expect: deny', 'expect: allow');
  // On the page, the name of the file is the first line.
  writeFleet(`# fleet/tests/baseline.cases.yaml\n${cases}`);
  const { stdout } = await cellwright(['policy', 'test', casesFile, '--fleet', folder]);
  expect(stdout.replaceAll(casesFile, 'fleet/tests/baseline.cases.yaml')).toBe(`${failure}5 passed, 1 failed\n`);
});

const head = (kind: string, name: string): string =>
  `apiVersion: cellwright.dev/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n`;
const messages = `${head('PolicyBundle', 'messages')}  rules:\n    channels: { allow: ['*'] }\n    senders: { allow: ['*'] }\n`;
const tenant = `${head('TenantGateway', 'acme-support')}  organization: acme\n  team: support\n`;
