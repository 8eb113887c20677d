/** Builds a component of the control plane from its pinned Go module. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Component } from './components.ts';
import { PlaygroundError } from '../playground-error.ts';

/** What a build needs. */
export interface BuildOptions {
  readonly target: string;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

const sources = path.join(import.meta.dirname, '..', 'build');

/** Whether Go is on PATH. */
export function hasGo(): boolean {
  return spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Builds into a folder beside the target and moves the program there when it is whole, so that a build that is cut off
 * leaves nothing and two at once do no harm (Go's own cache makes the second one short).
 * @throws PlaygroundError `playground.build` with the end of Go's output
 */
export async function buildComponent(component: Component, options: BuildOptions): Promise<void> {
  if (existsSync(options.target)) {
    return;
  }
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  const { name, version, minutes } = component;
  options.progress(`building ${name} ${version} from source (about ${minutes} min the first time)`);
  const ticker = setInterval(() => options.progress(`building ${name}: ${seconds()} s`), 20_000);
  await mkdir(path.dirname(options.target), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(options.target), `.build-${name}-`));
  try {
    await goBuild(component, path.join(folder, name), options.signal);
    await rename(path.join(folder, name), options.target);
    options.progress(`built ${name} in ${seconds()} s`);
  } finally {
    clearInterval(ticker);
    await rm(folder, { recursive: true, force: true });
  }
}

function goBuild(component: Component, output: string, signal: AbortSignal | undefined): Promise<void> {
  const args = ['build', '-trimpath', '-ldflags', component.ldflags, '-o', output, component.target];
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: path.join(sources, component.module),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    });
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4000);
    });
    child.on('error', (cause) => {
      reject(new PlaygroundError('playground.build', `go build of ${component.name} did not run`, cause));
    });
    child.on('exit', (code) => {
      if (code === 0) {
        resolve();
      } else {
        const message = `go build of ${component.name} ${component.version} failed; the end of its output:\n${tail}`;
        reject(new PlaygroundError('playground.build', message));
      }
    });
  });
}
