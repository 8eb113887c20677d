/** Finds the real opa. */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { OpaError } from './opa-error.ts';

/** Version that is built when none is found; the sidecar's default image has the same. */
export const opaVersion = '1.21.1';

/** Options of {@link findOpa}. */
export interface FindOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/**
 * The first of: OPA_BIN, `opa` on PATH, the per-user cache, a build with Go (about a minute).
 * @throws OpaError `opa.missing` with every way to get it, `opa.build` when the build fails
 */
export async function findOpa({ environment, progress }: FindOptions): Promise<string> {
  const named = environment.OPA_BIN;
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) {
      throw new OpaError('opa.missing', `OPA_BIN names ${named}, which is not an executable file`);
    }
    return named;
  }
  const cached = cachedPath(environment);
  const found = [...onPath(environment), cached].find(isExecutable);
  if (found !== undefined) {
    return found;
  }
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    throw new OpaError(
      'opa.missing',
      'opa is not here. Any of these gives one: put opa on PATH (https://www.openpolicyagent.org/docs/#running-opa), ' +
        `set OPA_BIN to it, put it at ${cached}, or install Go 1.26 or newer, and it is built from source`,
    );
  }
  await build(cached, progress);
  return cached;
}

function cachedPath(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME ?? path.join(environment.HOME ?? '/tmp', '.cache');
  return path.join(base, 'cellwright', 'bin', `opa-${opaVersion}`);
}

function onPath(environment: NodeJS.ProcessEnv): string[] {
  return (environment.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, 'opa'));
}

/** Builds beside the target and moves it there when it is whole. */
async function build(target: string, progress: (line: string) => void): Promise<void> {
  const started = Date.now();
  progress(`building opa ${opaVersion} from source (about 1 min the first time)`);
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(target), '.build-opa-'));
  try {
    await goBuild(path.join(folder, 'opa'));
    await rename(path.join(folder, 'opa'), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  progress(`built opa in ${Math.round((Date.now() - started) / 1000)} s`);
}

function goBuild(output: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, '.'], {
      cwd: path.join(import.meta.dirname, 'build'),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
      stdio: ['ignore', 'ignore', 'pipe'],
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

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Absent or not executable: the next place is asked, and the last one says what is missing.
    return false;
  }
}
