/** A lock among processes of one machine: a file that names its holder. A holder that died holds nothing. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** Options of {@link withProcessLock}. */
export interface LockOptions {
  /** The file; its folder must exist. */
  readonly file: string;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Told once when another process holds the lock. */
  readonly onWait?: (pid: number) => void;
}

const pollMs = 200;

/** Runs work while holding the lock; waits for whoever holds it, within this process too. */
export async function withProcessLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  let told = false;
  while (!(await take(options.file))) {
    const holder = await holderOf(options.file);
    if (holder !== undefined && isAlive(holder)) {
      if (!told) {
        options.onWait?.(holder.pid);
        told = true;
      }
      await sleep(pollMs, undefined, { signal: options.signal });
    } else {
      await clear(options.file, holder);
    }
  }
  try {
    return await work();
  } finally {
    await rm(options.file, { force: true });
  }
}

/** The file appears with its content at once, by a link, so that nobody reads half of it. */
async function take(file: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function holderOf(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const { pid, started } = JSON.parse(await readFile(file, 'utf8')) as Partial<ProcessIdentity>;
    return pid === undefined || started === undefined ? undefined : { pid, started };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      // Released meanwhile, or no lock of ours: taken again in either case.
      return undefined;
    }
    throw error;
  }
}

/** Takes a dead holder's file away. Another process may have done so and hold the lock by now: then it gets its file back. */
async function clear(file: string, dead: ProcessIdentity | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return;
    }
    throw error;
  }
  const holder = await holderOf(aside);
  if (holder !== undefined && (holder.pid !== dead?.pid || holder.started !== dead.started)) {
    await rename(aside, file);
  } else {
    await rm(aside);
  }
}
