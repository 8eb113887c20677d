/** Builds a component of the control plane from its pinned Go module. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Component } from './components.ts';
import { withFileLock } from '../file-lock.ts';
import { PlaygroundError } from '../playground-error.ts';
import { roomFile } from '../room-file.ts';

/** What a build needs. */
export interface BuildOptions {
  /** Where the program goes. */
  readonly target: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Milliseconds between lines that say that it still builds. */
const tick = 15_000;

/** Whether Go is on PATH. */
export function hasGo(environment: NodeJS.ProcessEnv): boolean {
  return spawnSync('go', ['version'], { stdio: 'ignore', env: environment }).status === 0;
}

/**
 * Builds a component unless another process has just done so: one at a time in a cache, the others wait. The program appears
 * under its name when it is whole, so a build that is cut off leaves nothing that looks like one.
 * @throws PlaygroundError `playground.build` with the end of Go's output; the signal's reason when it ends the build
 */
export async function buildComponent(component: Component, options: BuildOptions): Promise<void> {
  const { target, progress, signal } = options;
  const onWait = (pid: number): void =>
    progress(`waiting for process ${pid}, which builds into ${path.dirname(target)}`);
  await withFileLock({ file: path.join(path.dirname(target), '.build.lock'), onWait, signal }, async () => {
    if (!existsSync(target)) {
      await buildInto(component, options);
    }
  });
}

async function buildInto(component: Component, options: BuildOptions): Promise<void> {
  const { target, progress } = options;
  const { name, version, minutes } = component;
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  progress(`building ${name} ${version} with Go, only this once (about ${minutes} min on two cores)`);
  const ticker = setInterval(() => progress(`building ${name}: ${seconds()} s of about ${minutes * 60}`), tick);
  const folder = await mkdtemp(path.join(path.dirname(target), `.build-${name}-`));
  try {
    await runGo(component, path.join(folder, name), options);
    await rename(path.join(folder, name), target);
    progress(`built ${name} in ${seconds()} s`);
  } finally {
    clearInterval(ticker);
    await rm(folder, { recursive: true, force: true });
  }
}

function runGo(component: Component, output: string, { environment, signal }: BuildOptions): Promise<void> {
  const args = ['build', '-trimpath', '-ldflags', component.ldflags, '-o', output, component.target];
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: roomFile(path.join('build', component.module)),
      // For this machine, whatever the shell is set to build for; without C, so that no compiler is needed.
      env: { ...environment, GOOS: '', GOARCH: '', GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    });
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4000);
    });
    child.on('error', (cause) => {
      reject(
        signal?.aborted === true
          ? (signal.reason as Error)
          : new PlaygroundError('playground.build', `go build of ${component.name} did not run`, cause),
      );
    });
    child.on('close', (code) => {
      if (code === 0) {
        resolve();
      } else {
        const message = `go build of ${component.name} ${component.version} failed; the end of its output:\n${tail}`;
        reject(new PlaygroundError('playground.build', message));
      }
    });
  });
}
