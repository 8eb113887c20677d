/** Promises 1 and 2: the same fleet gives the same bytes, whoever synthesizes it and where; and none of them is a secret. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { synth } from '../../cli/commands/synth.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { isCasesPath } from '../../files/policy/cases.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-purity-'));
  cpSync('fleet', path.join(folder, 'fleet'), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);

/** All files below a folder, by their path. */
function tree(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))).sort();
  return Object.fromEntries(paths.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}

/** Runs a program of this repository to its end, beside the copied fleet, with exactly this environment. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  expect([code, stderr]).toEqual([0, '']);
}

async function rendered(fleet: string, out: string): Promise<Record<string, string>> {
  expect(await synth({ fleet: at(fleet), out: at(out), delivery: 'rendered', quiet: true })).toBe(0);
  return tree(at(out));
}

describe('synthesis gives the same bytes', () => {
  test('in any environment, none of whose values shows', async () => {
    const command = [path.resolve('cli/main.ts'), 'synth', '--no-cache', '--delivery', 'rendered', '--out'];
    await run([...command, 'plain'], {});
    await run([...command, 'odd'], {
      LANG: 'cs_CZ.UTF-8',
      LC_ALL: 'da_DK.UTF-8',
      TZ: 'Pacific/Kiritimati',
      HOME: '/leaked-home',
      USER: 'leaked-user',
      HOSTNAME: 'leaked-host',
      NODE_ENV: 'production',
      CDK8S_DISABLE_SORT: '1',
      CDK8S_LEGACY_HASH: '1',
      CDK8S_OUTDIR: 'leaked-folder',
      CDK8S_RECORD_CONSTRUCT_METADATA: 'true',
      ANTHROPIC_API_KEY: 'leaked-key',
      OPENCLAW_GATEWAY_TOKEN: 'leaked-token',
    });
    const odd = tree(at('odd'));
    expect(odd).toStrictEqual(tree(at('plain')));
    expect(Object.keys(odd).length).toBeGreaterThan(25);
    expect(Object.values(odd).filter((text) => text.includes('leaked'))).toStrictEqual([]);
  });

  test('however the objects lie in files, and in any order', async () => {
    const another = readFileSync('fleet/bundles/enterprise-baseline.yaml', 'utf8').replace(
      'enterprise-baseline',
      'another',
    );
    writeFileSync(at('fleet/bundles/another.yaml'), another);
    const texts = Object.entries(tree(at('fleet'))).flatMap(([name, text]) => (isCasesPath(name) ? [] : [text]));
    mkdirSync(at('one/tenants'), { recursive: true });
    writeFileSync(at('one/tenants/everything.yaml'), texts.reverse().join('---\n'));
    expect(await rendered('one', 'from-one')).toStrictEqual(await rendered('fleet', 'from-many'));
  });

  test('for who runs the stock cdk8s command', async () => {
    cpSync('cdk8s.yaml', at('cdk8s.yaml'));
    symlinkSync(path.resolve('main.ts'), at('main.ts'));
    await run([path.resolve('node_modules/cdk8s-cli/bin/cdk8s'), 'synth', '--check-upgrade=false'], {
      PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
    });
    expect(await synth({ fleet: at('fleet'), out: at('ours'), quiet: true })).toBe(0);
    expect(tree(at('dist'))).toStrictEqual(tree(at('ours')));
  });
});

test('no output is a Secret, or holds a literal under a name that speaks of one', async () => {
  const objects = Object.values(await rendered('fleet', 'dist')).flatMap((text) => loadAll(text) as KubeObject[]);
  const variables = objects.flatMap((object) => members(object, 'env')).flat() as { name: string; value?: string }[];
  expect(objects.filter(({ kind }) => kind === 'Secret')).toStrictEqual([]);
  expect(variables.length).toBeGreaterThan(20);
  expect(
    variables.filter(({ name, value }) => value !== undefined && /(KEY|TOKEN|SECRET|PASSWORD)$/.test(name)),
  ).toStrictEqual([]);
  expect(variables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['OPENCLAW_GATEWAY_TOKEN', 'ANTHROPIC_API_KEY']),
  );
});

/** Every member of that name that is a list, at any depth. */
function members(value: unknown, name: string): unknown[][] {
  if (value === null || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    key === name && Array.isArray(member) ? [member as unknown[]] : members(member, name),
  );
}
