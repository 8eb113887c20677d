/** Builds a component of the control plane from its pinned Go module. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Component } from './components.ts';
import { withFileLock } from '../file-lock.ts';
import { PlaygroundError } from '../playground-error.ts';
import { roomFile } from '../room-file.ts';
import { Supervision } from '../supervision.ts';

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
/** Begins the names of what is not whole yet. */
const unfinished = '.build-';

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
  const cache = path.dirname(target);
  const onWait = (pid: number): void => progress(`waiting for process ${pid}, which builds into ${cache}`);
  await withFileLock({ file: path.join(cache, 'building.lock'), onWait, signal }, async () => {
    if (!existsSync(target)) {
      await timed(component, progress, () => buildInto(cache, component, options));
    }
  });
}

async function timed(
  component: Component,
  progress: BuildOptions['progress'],
  work: () => Promise<void>,
): Promise<void> {
  const { name, version, minutes } = component;
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  progress(`building ${name} ${version} with Go, only this once (about ${minutes} min on two cores)`);
  const ticker = setInterval(() => progress(`building ${name}: ${seconds()} s of about ${minutes * 60}`), tick);
  try {
    await work();
    progress(`built ${name} in ${seconds()} s`);
  } finally {
    clearInterval(ticker);
  }
}

async function buildInto(cache: string, component: Component, options: BuildOptions): Promise<void> {
  const output = path.join(cache, `${unfinished}${component.name}`);
  const log = `${output}.log`;
  await removeUnfinished(cache);
  try {
    await runGo(component, { ...options, cache, output, log });
    await rename(output, options.target);
  } finally {
    await removeUnfinished(cache);
  }
}

/** Also what a build before left that was killed; the lock says that none runs now. */
async function removeUnfinished(cache: string): Promise<void> {
  const left = (await readdir(cache)).filter((name) => name.startsWith(unfinished));
  await Promise.all(left.map((name) => rm(path.join(cache, name), { recursive: true, force: true })));
}

interface GoRun extends BuildOptions {
  readonly cache: string;
  readonly output: string;
  readonly log: string;
}

/** Supervised, so that no compiler goes on for minutes after the command that wanted it was killed. */
async function runGo({ name, version, ...build }: Component, run: GoRun): Promise<void> {
  const { cache, output, log, environment, signal } = run;
  signal?.throwIfAborted();
  const scratch = await mkdtemp(path.join(cache, unfinished));
  await using supervision = new Supervision({ folder: scratch, temporary: true });
  supervision.start({
    name: 'go',
    command: 'go',
    args: ['build', '-mod=readonly', '-trimpath', '-ldflags', build.ldflags, '-o', output, build.target],
    cwd: roomFile(path.join('build', build.module)),
    // For this machine, whatever the shell is set to build for; without C, so that no compiler is needed.
    env: { ...environment, GOOS: '', GOARCH: '', GOWORK: 'off', CGO_ENABLED: '0', GOTMPDIR: scratch },
    log,
  });
  const { code, signal: killer } = await Promise.race([supervision.firstEnd, abortOf(signal)]);
  if (code !== 0) {
    const tail = (await readFile(log, 'utf8')).slice(-4000);
    const how = killer ?? (typeof code === 'number' ? `exit code ${code}` : code);
    throw new PlaygroundError(
      'playground.build',
      `go build of ${name} ${version} failed (${how ?? 'unknown'}); the end of its output:\n${tail}`,
    );
  }
}

function abortOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
