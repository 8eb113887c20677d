/** A lock between processes, held by a file that names its holder. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** Options of {@link withFileLock}. */
export interface LockOptions {
  /** The lock; it exists while somebody holds it. */
  readonly file: string;
  /** Told once, with the holder's pid, when there is one to wait for. */
  readonly onWait: (pid: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds between looks at a lock that somebody else holds. */
const pause = 200;

/**
 * Does the work while no other process does work under the same file. The lock of a holder that died is taken away.
 *
 * Taking it away and claiming it are two steps: should three processes meet there in the same microseconds, two may hold
 * it. So what is done under it must stay right, only wasteful, when done twice at once.
 */
export async function withFileLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(options.file), { recursive: true });
  const text = JSON.stringify({ ...identityOf(process.pid), claim: randomUUID() });
  await acquire(options, text);
  try {
    return await work();
  } finally {
    if ((await read(options.file)) === text) {
      await rm(options.file, { force: true });
    }
  }
}

async function acquire({ file, onWait, signal }: LockOptions, text: string): Promise<void> {
  let told = false;
  while (!(await claim(file, text))) {
    const held = await read(file);
    const holder = held === undefined ? undefined : parse(held);
    if (held !== undefined && (holder === undefined || !isAlive(holder))) {
      await removeStale(file, held);
      continue;
    }
    if (holder !== undefined && !told) {
      told = true;
      onWait(holder.pid);
    }
    await sleep(pause, undefined, { signal });
  }
}

/** Makes the lock with its text in one step: a hard link appears whole, and never over another. */
async function claim(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(draft);
  }
}

/** Takes a dead holder's lock away; one that another process made meanwhile is put back. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await read(aside)) !== stale) {
      await link(aside, file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOENT: another process took it away first. EEXIST: a third holds it now.
    if (code !== 'ENOENT' && code !== 'EEXIST') {
      throw error;
    }
  } finally {
    await rm(aside, { force: true });
  }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Undefined for a text that names no holder. */
function parse(text: string): ProcessIdentity | undefined {
  let value: Partial<ProcessIdentity>;
  try {
    value = JSON.parse(text) as Partial<ProcessIdentity>;
  } catch {
    // Not JSON: nobody's lock.
    return undefined;
  }
  return typeof value.pid === 'number' && typeof value.started === 'string'
    ? { pid: value.pid, started: value.started }
    : undefined;
}
