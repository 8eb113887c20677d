import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runBounded } from '../../opa/bounded-child.ts';
import { checkModules } from '../../opa/check-modules.ts';
import { findOpa } from '../../opa/find-opa.ts';
import { moduleFolder } from '../../opa/module-folder.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-find-opa-'));
let opa: string;
beforeAll(async () => {
  opa = await realOpa();
}, opaBuildMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program called `opa` that calls itself a version. */
function pretender(version: string): string {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  const file = path.join(bin, 'opa');
  writeFileSync(file, `#!/bin/sh\necho "Version: ${version}"\n`);
  chmodSync(file, 0o755);
  return bin;
}

describe('findOpa', () => {
  const lines: string[] = [];
  const find = (environment: NodeJS.ProcessEnv): Promise<string> =>
    findOpa({ environment, progress: (line) => lines.push(line) });
  const cache = (): NodeJS.ProcessEnv => ({ HOME: process.env.HOME, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME });

  test('takes OPA_BIN before all others', async () => {
    expect(await find({ ...cache(), PATH: pretender('1.30.0'), OPA_BIN: opa })).toBe(opa);
  });

  test('says when OPA_BIN is not there, instead of taking another', async () => {
    await expect(find({ ...cache(), OPA_BIN: '/no/such/opa' })).rejects.toMatchObject({
      code: 'opa.missing',
      message: 'OPA_BIN names /no/such/opa, which is not an executable file',
    });
  });

  test('refuses an OPA_BIN that is too old', async () => {
    const file = path.join(pretender('0.70.0'), 'opa');
    await expect(find({ ...cache(), OPA_BIN: file })).rejects.toMatchObject({ code: 'opa.outdated' });
  });

  test('takes the one on PATH', async () => {
    const bin = pretender('1.20.0');
    expect(await find({ ...cache(), PATH: bin })).toBe(path.join(bin, 'opa'));
  });

  test('passes over one on PATH that is too old, and says so', async () => {
    const bin = pretender('1.9.9');
    const home = mkdtempSync(path.join(folder, 'home-'));
    cpSync(opa, path.join(home, 'cellwright', 'bin', 'opa-1.21.1'));
    expect(await find({ PATH: bin, XDG_CACHE_HOME: home })).toBe(path.join(home, 'cellwright', 'bin', 'opa-1.21.1'));
    expect(lines.at(-1)).toBe(`${bin}/opa is opa 1.9.9, older than 1.19.1: looking further`);
  });
});

describe('a bounded child', () => {
  test('is killed past its time', async () => {
    const args = ['eval', 'count({1 | numbers.range(1, 30000)[_]; numbers.range(1, 30000)[_]})'];
    await expect(runBounded({ command: opa, args, timeoutMs: 500 })).rejects.toMatchObject({ code: 'opa.timeout' });
  });

  test('is killed when its caller stops', async () => {
    const stop = AbortSignal.timeout(200);
    const args = ['eval', 'count({1 | numbers.range(1, 30000)[_]; numbers.range(1, 30000)[_]})'];
    await expect(runBounded({ command: opa, args, signal: stop })).rejects.toMatchObject({ code: 'opa.aborted' });
  });

  test('is killed when it prints without end', async () => {
    await expect(runBounded({ command: '/bin/sh', args: ['-c', 'yes'] })).rejects.toMatchObject({ code: 'opa.output' });
  });

  test('cannot take all memory', async () => {
    const block = (size: string): Promise<{ code: number }> =>
      runBounded({ command: 'dd', args: ['if=/dev/zero', 'of=/dev/null', 'count=1', `bs=${size}`] });
    expect([(await block('1M')).code, (await block('3G')).code]).toEqual([0, 1]);
  });

  test('sees nothing of the environment but PATH', async () => {
    process.env.CELLWRIGHT_PROBE = 'secret';
    const { stdout } = await runBounded({ command: '/usr/bin/env', args: [] });
    delete process.env.CELLWRIGHT_PROBE;
    expect(stdout.match(/^[A-Z_]+(?==)/gm)?.sort()).toEqual([
      'GOGC',
      'GOMAXPROCS',
      'GOMEMLIMIT',
      'HOME',
      'PATH',
      'PWD',
    ]);
  });
});

describe('modules', () => {
  test.each(['../evil.rego', '/tmp/evil.rego', '.hidden.rego', 'a/b.rego', ''])(
    'may not be written to %j',
    async (name) => {
      await expect(moduleFolder({ [name]: 'package x' })).rejects.toMatchObject({ code: 'opa.failed' });
    },
  );

  test('are all reported, each with its own place', async () => {
    const { stdout: capabilities } = await runBounded({ command: opa, args: ['capabilities', '--current'] });
    const modules = { 'a.rego': 'package a\n\nx := nowhere()\n', 'b.rego': 'package b\n\n\ny := nothing(1)\n' };
    expect(await checkModules({ opa, modules, capabilities })).toEqual([
      { file: 'a.rego', row: 3, column: 6, code: 'rego_type_error', message: 'undefined function nowhere' },
      { file: 'b.rego', row: 4, column: 6, code: 'rego_type_error', message: 'undefined function nothing' },
    ]);
  });
});
