import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { startPlayground } from '../../playground/control-plane.ts';
import { playgroundDown, playgroundStatus, playgroundUp } from '../../playground/persistent.ts';
import { eventually, processesWith } from './support/processes.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { ApiClient } from './support/api-client.ts';

const repository = path.join(import.meta.dirname, '..', '..');
const ended = async (dir: string): Promise<void> => {
  await playgroundDown(dir);
};
const quiet = (): void => undefined;

test('a playground that a command brought up outlives it, is found again, and goes without a trace', async () => {
  await using folder = await temporaryFolder();
  const dir = path.join(folder.path, 'new');
  const run = (...verb: string[]): string =>
    execFileSync(process.execPath, ['cli/main.ts', 'playground', ...verb, '--dir', dir], {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  run('up');
  await using down = { [Symbol.asyncDispose]: () => ended(dir) };
  const status = await playgroundStatus(dir);
  if (!status.running) {
    throw new Error('no playground runs after `playground up`');
  }
  expect(run('status')).toContain(status.server);
  expect(statSync(status.kubeconfigPath).mode & 0o777).toBe(0o600);
  await using client = new ApiClient(status.kubeconfigPath);
  expect(await client.send({ path: '/readyz' })).toMatchObject({ status: 200, body: 'ok' });
  expect(await playgroundUp(dir, quiet)).toStrictEqual(status);
  await expect(startPlayground({ dir })).rejects.toMatchObject({ code: 'playground.running' });
  run('down');
  expect(processesWith(dir)).toStrictEqual([]);
  expect(readdirSync(dir)).toStrictEqual([]);
  expect(await playgroundDown(dir)).toBe(false);
  await down[Symbol.asyncDispose]();
});

test('up after a supervisor was killed ends what that left, and two at once bring up one playground', async () => {
  await using folder = await temporaryFolder();
  const dir = folder.path;
  await using down = { [Symbol.asyncDispose]: () => ended(dir) };
  const first = await playgroundUp(dir, quiet);
  const left = processesWith(dir).filter(({ command }) => !command.includes('supervisor.js'));
  expect(left).toHaveLength(3);
  process.kill(first.running ? first.pid : 0, 'SIGKILL');
  // On a busy machine the signal arrives a moment after it was sent.
  expect(
    await eventually(
      () => playgroundStatus(dir),
      ({ running }) => !running,
    ),
  ).toStrictEqual({ running: false });
  const [second, third] = await Promise.all([playgroundUp(dir, quiet), playgroundUp(dir, quiet)]);
  expect(second).toStrictEqual(third);
  const now = processesWith(dir).map(({ pid }) => pid);
  expect(now).toHaveLength(4);
  expect(now).not.toEqual(expect.arrayContaining([left[0]?.pid]));
  await down[Symbol.asyncDispose]();
  expect(processesWith(dir)).toStrictEqual([]);
});

test('a pid that another process has by now is not taken for a playground, and that process is left alone', async () => {
  await using folder = await temporaryFolder();
  const record = { version: 1, server: 'https://127.0.0.1:1', processes: [{ pid: process.pid, started: 'long ago' }] };
  writeFileSync(path.join(folder.path, 'playground.json'), JSON.stringify(record));
  expect(await playgroundStatus(folder.path)).toStrictEqual({ running: false });
  // Would end this very process if it took the number for the process.
  expect(await playgroundDown(folder.path)).toBe(false);
  expect(readdirSync(folder.path)).toStrictEqual([]);
});

test('a folder that holds anything else is refused and left as it was', async () => {
  await using folder = await temporaryFolder();
  const precious = path.join(folder.path, 'kubeconfig');
  writeFileSync(precious, 'mine');
  const failure = playgroundUp(folder.path, quiet);
  await expect(failure).rejects.toMatchObject({ code: 'playground.folder' });
  await expect(failure).rejects.toThrow('kubeconfig');
  expect(await playgroundDown(folder.path)).toBe(false);
  expect(readFileSync(precious, 'utf8')).toBe('mine');
});
