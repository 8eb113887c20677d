import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { cachedPath, components } from '../../playground/binaries/components.ts';
import { resolveBinaries } from '../../playground/binaries/resolve.ts';
import { eventually, processesWith, untilGone } from './support/processes.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const builder = path.join(import.meta.dirname, 'support', 'etcd-builder.ts');
const build = (target: string): ChildProcess & { stdout: NodeJS.ReadableStream } =>
  spawn(process.execPath, [builder, target], { stdio: ['ignore', 'pipe', 'inherit'] });

test('programs of KUBEBUILDER_ASSETS are taken first, and what it lacks comes from the cache', async () => {
  await using folder = await temporaryFolder();
  const real = await resolveBinaries({ environment: process.env, progress: () => undefined });
  const assets = path.join(folder.path, 'assets');
  const environment = { ...process.env, KUBEBUILDER_ASSETS: assets, XDG_CACHE_HOME: folder.path };
  mkdirSync(assets);
  for (const name of ['etcd', 'kube-apiserver'] as const) {
    symlinkSync(real[name], path.join(assets, name));
  }
  const cached = components.map((component) => [component, cachedPath(environment, component)] as const);
  mkdirSync(path.dirname(cached[0]?.[1] ?? ''), { recursive: true });
  for (const [{ name }, target] of cached) {
    symlinkSync(real[name], target);
  }
  expect(await resolveBinaries({ environment, progress: () => undefined })).toStrictEqual({
    etcd: path.join(assets, 'etcd'),
    'kube-apiserver': path.join(assets, 'kube-apiserver'),
    'kube-controller-manager': cached.find(([{ name }]) => name === 'kube-controller-manager')?.[1],
  });
});

test('without programs and without Go the error names every way to get them', async () => {
  await using folder = await temporaryFolder();
  const environment = { PATH: folder.path, XDG_CACHE_HOME: folder.path };
  const failure = resolveBinaries({ environment, progress: () => undefined });
  await expect(failure).rejects.toMatchObject({ code: 'playground.binaries' });
  for (const way of ['KUBEBUILDER_ASSETS', 'setup-envtest', path.join(folder.path, 'cellwright', 'bin'), 'Go 1.']) {
    await expect(failure).rejects.toThrow(way);
  }
});

test('two builds at once make a program once, and a build that was killed leaves no process and no half program', async () => {
  await using folder = await temporaryFolder();
  const target = path.join(folder.path, 'etcd');
  const killed = build(target);
  await eventually(
    () => processesWith(folder.path),
    (found) => found.some(({ command }) => command.includes('go build')),
  );
  killed.kill('SIGKILL');
  await untilGone(folder.path);
  expect(readdirSync(folder.path)).not.toContain('etcd');

  const builds = [build(target), build(target)];
  const told = await Promise.all(builds.map(({ stdout }) => text(stdout)));
  const lines = told.join('').split('\n');
  expect(lines.filter((line) => line.startsWith('building etcd 3.'))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('built etcd'))).toHaveLength(1);
  expect(readdirSync(folder.path)).toStrictEqual(['etcd']);
  expect(execFileSync(target, ['--version'], { encoding: 'utf8' })).toContain('etcd Version: 3.6.16');
});
