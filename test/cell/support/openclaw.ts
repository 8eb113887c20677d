/** The real OpenClaw package with the Node it wants, installed once into a per-user cache. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the installed parts are. */
export interface OpenClaw {
  /** Folder of the package, which the image has at `/app`. */
  readonly packageFolder: string;
  /** The `node` program. */
  readonly node: string;
  /** `node_modules` that both lie in. */
  readonly modules: string;
}

/** Milliseconds that a first installation may take on a slow line. */
export const installMs = 900_000;

const project = path.join(import.meta.dirname, '..', 'openclaw');

/** Installs by the committed lock when it is not there yet (650 MB, about a minute), else returns at once. */
export async function realOpenClaw(): Promise<OpenClaw> {
  const lock = readFileSync(path.join(project, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'cellwright');
  const folder = path.join(cache, `openclaw-${hash}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    await alone(`${folder}.installing`, async () => {
      if (!existsSync(folder)) {
        await install(cache, folder);
      }
    });
  }
  const modules = path.join(folder, 'node_modules');
  return { modules, packageFolder: path.join(modules, 'openclaw'), node: path.join(modules, 'node', 'bin', 'node') };
}

/** Runs one installer at a time; the lock of a process that is gone does not count. */
async function alone(lock: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw cause;
      }
    }
    if (!(await isHeld(lock))) {
      await rm(lock, { force: true });
    }
    await sleep(500);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function isHeld(lock: string): Promise<boolean> {
  try {
    const holder = Number(await readFile(lock, 'utf8'));
    // Empty: it was made this moment, and its holder is still writing.
    return holder === 0 || process.kill(holder, 0);
  } catch {
    // The lock or its holder is gone.
    return false;
  }
}

/** Installs beside the target and moves it there when it is whole. */
async function install(cache: string, folder: string): Promise<void> {
  const started = Date.now();
  const say = (text: string): void => {
    process.stderr.write(`openclaw: ${text} (${Math.round((Date.now() - started) / 1000)} s)\n`);
  };
  say('installing the real package for the cell tests, 650 MB, once');
  const ticker = setInterval(() => say('still installing'), 15_000);
  const staging = await mkdtemp(path.join(cache, '.openclaw-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      await cp(path.join(project, file), path.join(staging, file));
    }
    await npmCi(staging);
    await rename(staging, folder);
    say('installed');
  } finally {
    clearInterval(ticker);
    await rm(staging, { recursive: true, force: true });
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
