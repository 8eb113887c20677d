import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { startPlayground } from '../../playground/control-plane.ts';
import type { Playground } from '../../playground/control-plane.ts';
import { eventually, processesWith, untilGone } from './support/processes.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;
const owner = path.join(import.meta.dirname, 'support', 'playground-owner.ts');

function pidOf({ dir }: Playground, name: string): number {
  const found = processesWith(dir).find(({ command }) => path.basename(command.split(' ')[0] ?? '').startsWith(name));
  if (found === undefined) {
    throw new Error(`${name} does not run in ${dir}`);
  }
  return found.pid;
}

test.each([
  ['is killed', (pid: number): boolean => process.kill(pid, 'SIGKILL')],
  ['gets ^C in a terminal', (pid: number): boolean => process.kill(-pid, 'SIGINT')],
] as const)('nothing of a playground is left running when the process that started it %s', async (_how, end) => {
  await using folder = await temporaryFolder();
  // Detached: a process group of its own, as a terminal gives a command.
  const child = spawn(process.execPath, [owner, folder.path], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the program with the playground ended with ${code ?? 'a signal'}`)));
  });
  const running = processesWith(folder.path).map(({ command }) => command);
  for (const name of [...programs, 'supervisor.js']) {
    expect(running.filter((command) => command.includes(name))).not.toStrictEqual([]);
  }
  end(child.pid ?? 0);
  await untilGone(folder.path);
});

test('a playground ends as a whole, and says why, when its API server dies', async () => {
  await using playground = await startPlayground();
  process.kill(pidOf(playground, 'kube-apiserver'), 'SIGKILL');
  await eventually(() => playground.failed.aborted, Boolean);
  expect(playground.failed.reason).toMatchObject({
    code: 'playground.exited',
    message: 'kube-apiserver ended by itself (SIGKILL)',
  });
  await untilGone(playground.dir);
  expect(existsSync(playground.dir)).toBe(false);
});

test('a playground ends as a whole when its supervisor is killed', async () => {
  await using playground = await startPlayground();
  process.kill(playground.pid, 'SIGKILL');
  await untilGone(playground.dir);
  expect(playground.failed.reason).toMatchObject({ code: 'playground.exited' });
  await playground.stop();
  expect(existsSync(playground.dir)).toBe(false);
});

test('a start that is called off ends with the reason and leaves nothing running', async () => {
  await using folder = await temporaryFolder();
  const reason = new Error('changed my mind');
  const stop = new AbortController();
  const start = startPlayground({ dir: folder.path, signal: stop.signal });
  const called = expect(start).rejects.toBe(reason);
  await eventually(
    () => processesWith(folder.path),
    (found) => found.some(({ command }) => command.includes('kube-apiserver')),
  );
  stop.abort(reason);
  await called;
  expect(processesWith(folder.path)).toStrictEqual([]);
});
