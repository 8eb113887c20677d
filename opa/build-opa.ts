/** Builds opa from its pinned Go module. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { OpaError } from './opa-error.ts';

/** What a build needs. */
export interface BuildOptions {
  /** File that is made. */
  readonly target: string;
  readonly version: string;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Builds beside the target and moves the program there when it is whole: a build that is cut off leaves nothing, and two
 * at once do no harm (Go's own cache makes the second one short).
 * @throws OpaError `opa.build` with the end of Go's output
 */
export async function buildOpa({ target, version, progress, signal }: BuildOptions): Promise<void> {
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  progress(`building opa ${version} from source (one to two minutes the first time)`);
  const ticker = setInterval(() => progress(`building opa: ${seconds()} s`), 20_000);
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(target), '.build-opa-'));
  try {
    await goBuild(path.join(folder, 'opa'), signal);
    await rename(path.join(folder, 'opa'), target);
    progress(`built opa in ${seconds()} s`);
  } finally {
    clearInterval(ticker);
    await rm(folder, { recursive: true, force: true });
  }
}

function goBuild(output: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, '.'], {
      cwd: path.join(import.meta.dirname, 'build'),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    });
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4000);
    });
    child.on('error', (cause) => {
      reject(new OpaError('opa.build', 'go build of opa did not run', cause));
    });
    child.on('close', (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new OpaError('opa.build', `go build of opa failed; the end of its output:\n${tail}`));
      }
    });
  });
}
