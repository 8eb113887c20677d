/** Finds the real opa. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { buildOpa } from './build-opa.ts';
import { runBounded } from './bounded-child.ts';
import { OpaError } from './opa-error.ts';
import { userCache } from './user-cache.ts';
import { VerdictCache } from './verdict-cache.ts';

/** Version that is built when none is found; the sidecar's default image has the same. */
export const opaVersion = '1.21.1';

/** The oldest opa that is taken as it is: the first with the fixes and the Rego features that the library and its tests need. */
export const oldestOpaVersion = '1.19.1';

/** Options of {@link findOpa}. */
export interface FindOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The first of: OPA_BIN, `opa` on PATH when it is not too old, the per-user cache, a build with Go (about a minute).
 * @throws OpaError `opa.missing` with every way to get it, `opa.outdated` for an OPA_BIN that is too old, `opa.build` when
 * the build fails
 */
export async function findOpa(options: FindOptions): Promise<string> {
  const { environment, progress, signal } = options;
  const named = environment.OPA_BIN;
  if (named !== undefined && named !== '') {
    return requireNamed(named, options);
  }
  const installed = onPath(environment).find(isExecutable);
  if (installed !== undefined) {
    const version = await versionOf(installed, options);
    if (isRecent(version)) {
      return installed;
    }
    progress(`${installed} is opa ${version}, older than ${oldestOpaVersion}: looking further`);
  }
  const cached = cachedPath(environment);
  if (!isExecutable(cached)) {
    requireGo(cached);
    await buildOpa({ target: cached, version: opaVersion, progress, signal });
  }
  return cached;
}

/** The version in the name keeps an upgrade from running an old one. */
function cachedPath(environment: NodeJS.ProcessEnv): string {
  return path.join(userCache(environment), 'bin', `opa-${opaVersion}`);
}

async function requireNamed(file: string, options: FindOptions): Promise<string> {
  if (!isExecutable(file)) {
    throw new OpaError('opa.missing', `OPA_BIN names ${file}, which is not an executable file`);
  }
  const version = await versionOf(file, options);
  if (!isRecent(version)) {
    throw new OpaError('opa.outdated', `OPA_BIN names opa ${version}; ${oldestOpaVersion} or newer is needed`);
  }
  return file;
}

function onPath(environment: NodeJS.ProcessEnv): string[] {
  return (environment.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, 'opa'));
}

/** What `opa version` calls itself, `0.0.0` when it names no version. A program that was asked before is not started. */
async function versionOf(file: string, { environment, signal }: FindOptions): Promise<string> {
  const find = async (): Promise<string> => {
    const { stdout } = await runBounded({ command: file, args: ['version'], timeoutMs: 10_000, signal });
    return /^Version:\s*(\d+\.\d+\.\d+)/m.exec(stdout)?.[1] ?? '0.0.0';
  };
  const cache = VerdictCache.of(userCache(environment), file);
  const isValue = (kept: unknown): kept is string => typeof kept === 'string' && /^\d+\.\d+\.\d+$/.test(kept);
  return cache === undefined ? find() : cache.known({ texts: ['version'], find, isValue });
}

function isRecent(version: string): boolean {
  const parts = (text: string): number[] => text.split('.').map(Number);
  const [have, want] = [parts(version), parts(oldestOpaVersion)];
  const difference = have.map((part, index) => part - (want[index] ?? 0)).find((step) => step !== 0);
  return (difference ?? 0) >= 0;
}

function requireGo(cached: string): void {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    throw new OpaError(
      'opa.missing',
      'opa is not here. Any of these gives one: put opa on PATH (https://www.openpolicyagent.org/docs/#running-opa), ' +
        `set OPA_BIN to it, put it at ${cached}, or install Go 1.26 or newer, and it is built from source`,
    );
  }
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
