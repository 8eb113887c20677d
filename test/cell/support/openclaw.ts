/** The real OpenClaw package with the Node it wants, installed once into a per-user cache. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where the installed parts are. */
export interface OpenClaw {
  /** Folder of the package, which the image has at `/app`. */
  readonly packageFolder: string;
  /** The `node` program. */
  readonly node: string;
  /** `node_modules` that both lie in. */
  readonly modules: string;
}

const project = path.join(import.meta.dirname, '..', 'openclaw');

/** Installs by the committed lock when it is not there yet (650 MB, about a minute), else returns at once. */
export async function realOpenClaw(): Promise<OpenClaw> {
  const lock = readFileSync(path.join(project, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'cellwright');
  const folder = path.join(cache, `openclaw-${hash}`);
  if (!existsSync(folder)) {
    await install(cache, folder);
  }
  const modules = path.join(folder, 'node_modules');
  return { modules, packageFolder: path.join(modules, 'openclaw'), node: path.join(modules, 'node', 'bin', 'node') };
}

/** Installs beside the target and moves it there when it is whole. */
async function install(cache: string, folder: string): Promise<void> {
  process.stderr.write('installing the real openclaw (650 MB, once)\n');
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(path.join(cache, '.openclaw-'));
  try {
    await cp(project, staging, { recursive: true });
    await npmCi(staging);
    await rename(staging, folder);
  } catch (cause) {
    await rm(staging, { recursive: true, force: true });
    // Another test file may have been faster.
    if (!existsSync(folder)) {
      throw cause;
    }
  }
}

function npmCi(cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // OpenClaw's install script refuses an older Node; the pinned one is first in PATH inside npm scripts.
    const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`;
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      env: { ...process.env, PATH },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`npm ci of openclaw ended with ${code ?? 'a signal'}; see its output above`));
      }
    });
  });
}
