/** The command line as a person and a script meet it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { buildProgram } from '../../cli/program.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-cli-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command; the environment names a cluster that must not be used. */
function cellwright(...args: readonly string[]): Promise<Ran> {
  return ran(process.execPath, [path.resolve('cli/main.ts'), ...args]);
}

/** Runs a line of bash, in which `"$NODE"` is the program that runs the command. */
function shell(line: string): Promise<Ran> {
  return ran('bash', ['-c', line]);
}

function ran(program: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(program, args, {
    env: { ...process.env, KUBECONFIG: '/nonexistent/kubeconfig', NODE_OPTIONS: '', NODE: process.execPath },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
  });
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

test('every command says what it does and describes each of its options', () => {
  for (const command of leaves(buildProgram(() => undefined))) {
    expect([command.name(), command.description().length > 20]).toEqual([command.name(), true]);
    for (const option of command.options) {
      expect([option.flags, option.description.length > 5]).toEqual([option.flags, true]);
    }
  }
});

describe('exit codes', () => {
  test('are 2 for a call that is not meant', async () => {
    expect((await cellwright('sinth')).code).toBe(2);
    expect((await cellwright('synth', '--delivery', 'mail')).code).toBe(2);
    expect((await cellwright('runner', '--concurrency', 'many')).code).toBe(2);
  });

  test('are 3 when no cluster is named, whatever KUBECONFIG says', async () => {
    const { code, stderr } = await cellwright('status');
    expect([code, stderr]).toEqual([3, expect.stringContaining('--kubeconfig')]);
  });

  test('are 3 when what was to be said could not be written, on a full disk for example', async () => {
    const { code, stderr } = await shell('"$NODE" cli/main.ts --help > /dev/full');
    expect([code, stderr]).toEqual([3, 'cellwright: ENOSPC: no space left on device, write\n']);
  });

  test('are those of the answer when the reader of the output or of the problems leaves early', async () => {
    // `true` is gone before anything is written.
    for (const [command, code] of [
      ['"$NODE" cli/main.ts --help | true; exit "${PIPESTATUS[0]}"', 0],
      ['"$NODE" cli/main.ts validate fleet -o json | true; exit "${PIPESTATUS[0]}"', 0],
      ['"$NODE" cli/main.ts validate README.md -o json | true; exit "${PIPESTATUS[0]}"', 1],
      ['"$NODE" cli/main.ts sinth 2>&1 | true; exit "${PIPESTATUS[0]}"', 2],
      ['"$NODE" cli/main.ts status 2>&1 | true; exit "${PIPESTATUS[0]}"', 3],
    ] as const) {
      expect([command, await shell(command)]).toEqual([command, { code, stdout: '', stderr: '' }]);
    }
  }, 60_000);

  test('are 3 when the folder is no fleet, with the way to make one', async () => {
    const { code, stderr } = await cellwright('synth', '--fleet', folder, '--out', path.join(folder, 'dist'));
    expect([code, stderr]).toEqual([3, expect.stringContaining('cellwright init')]);
  });
});

test('init makes a fleet that validates and synthesizes, and does not write over one', async () => {
  expect((await cellwright('init', folder)).code).toBe(0);
  const files = readdirSync(folder, { recursive: true }).map(String);
  expect(files).toEqual(expect.arrayContaining(['package.json', 'cdk8s.yaml', 'main.ts', 'fleet/tenants/hello.yaml']));
  expect(await cellwright('validate', path.join(folder, 'fleet'))).toEqual({
    code: 0,
    stdout: 'no problems\n',
    stderr: '',
  });
  const synth = await cellwright('synth', '--fleet', path.join(folder, 'fleet'), '--out', path.join(folder, 'dist'));
  expect([synth.code, synth.stderr]).toEqual([0, '']);
  const again = await cellwright('init', folder);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('nothing was written')]);
}, 60_000);

test('init adds to a package.json what it lacks, changes nothing that is there, and says both', async () => {
  const file = path.join(folder, 'package.json');
  writeFileSync(
    file,
    '{\n\t"name": "mine",\n\t"scripts": { "synth": "make" },\n\t"devDependencies": { "cellwright": "1" }\n}\n',
  );
  const { code, stdout, stderr } = await cellwright('init', folder);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`${file}: added type, engines.node, scripts.validate, scripts.policy\n`);
  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text)).toEqual({
    name: 'mine',
    type: 'module',
    engines: { node: '>=22.19' },
    scripts: { synth: 'make', validate: 'cellwright validate fleet', policy: 'cellwright policy test' },
    devDependencies: { cellwright: '1' },
  });
  expect(text).toMatch(/^\{\n\t"name": "mine",\n/);
});

test('init says what main.ts needs otherwise, and writes nothing beside a package.json that it cannot read', async () => {
  const file = path.join(folder, 'package.json');
  writeFileSync(file, '{ "type": "commonjs", "dependencies": { "cdk8s": "2" } }');
  const { code, stdout, stderr } = await cellwright('init', folder);
  expect([code, stderr]).toEqual([0, `${file}: type is "commonjs"; main.ts needs "module"; it was left as it is\n`]);
  expect(stdout).toContain(
    ': added engines.node, scripts.synth, scripts.validate, scripts.policy, dependencies.cellwright',
  );
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ type: 'commonjs', dependencies: { cdk8s: '2' } });
  const other = path.join(folder, 'other');
  mkdirSync(other);
  writeFileSync(path.join(other, 'package.json'), '[1]');
  const refused = await cellwright('init', other);
  expect([refused.code, refused.stdout, readdirSync(other)]).toEqual([1, '', ['package.json']]);
  expect(refused.stderr).toContain('package.json is no JSON object; nothing was written');
});

test('validate -o json gives each problem with file, line, path, code, message and fix', async () => {
  const file = path.join(folder, 'tenant.yaml');
  writeFileSync(
    file,
    'apiVersion: cellwright.dev/v1alpha1\nkind: TenantGateway\nmetadata:\n  name: x\nspec:\n  replcas: 1\n',
  );
  const { code, stdout } = await cellwright('validate', file, '-o', 'json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ file, line: 6, path: 'spec.replcas', fix: 'did you mean replicas?' }),
  ]);
});

test('the completion scripts of all shells name the command', async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { code, stdout } = await cellwright('completion', shell);
    expect([shell, code, stdout]).toEqual([shell, 0, expect.stringContaining('cellwright')]);
  }
  const { stdout } = await cellwright('complete', '--', 'play');
  expect(stdout).toContain('playground');
});

test('the README shows the commands that exist', () => {
  const names = buildProgram(() => undefined).commands.map((command) => command.name());
  const shown = [...readFileSync('README.md', 'utf8').matchAll(/npx cellwright ([a-z]+)/g)].map(([, name]) => name);
  expect(shown.length).toBeGreaterThan(1);
  expect(names).toEqual(expect.arrayContaining([...new Set(shown)]));
});
