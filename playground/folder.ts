/** Makes a folder ready for a playground, and takes one out of it. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFileLock } from './file-lock.ts';
import type { Layout } from './layout.ts';
import { PlaygroundError } from './playground-error.ts';
import { isAlive, killGroup } from './process-identity.ts';
import { isRunning, readRecord, writeRecord } from './record.ts';
import type { PlaygroundRecord } from './record.ts';

/** Milliseconds that a playground may take to end before its processes are killed. */
const patience = 10_000;
const lockName = 'playground.lock';

/** Who waits, and how long. */
export interface FolderOptions {
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Does the work while no other process starts or stops a playground in the folder. */
export async function withFolder<T>(
  { root }: Layout,
  { progress, signal }: FolderOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const onWait = (pid: number): void =>
    progress(`waiting for process ${pid}, which starts or stops a playground in ${root}`);
  return withFileLock({ file: path.join(root, lockName), onWait, signal }, work);
}

/**
 * Takes a folder for a new playground: what an earlier one left goes, processes too.
 * @throws PlaygroundError `playground.running` when one runs there, `playground.folder` when the folder holds other things
 */
export async function claimFolder(layout: Layout): Promise<void> {
  const record = await readRecord(layout);
  if (record === undefined) {
    await refuseForeign(layout);
  } else if (isRunning(record)) {
    throw new PlaygroundError('playground.running', `a playground runs in ${layout.root} at ${record.server}`);
  } else {
    await endProcesses(record);
  }
  await removeFiles(layout);
  // From the first file on, the folder says whose it is.
  await writeRecord(layout, { server: '', processes: [] });
}

/** Ends the playground of a folder and removes its files. False when none was running. */
export async function clearFolder(layout: Layout): Promise<boolean> {
  const record = await readRecord(layout);
  if (record === undefined) {
    return false;
  }
  const running = isRunning(record);
  await endProcesses(record);
  await removeFiles(layout);
  return running;
}

/** The supervisor is asked to end all; what is left after that, or has no supervisor any more, is killed. */
async function endProcesses({ processes }: PlaygroundRecord): Promise<void> {
  const [supervisor] = processes;
  if (supervisor !== undefined && isAlive(supervisor)) {
    process.kill(supervisor.pid, 'SIGTERM');
    const end = performance.now() + patience;
    while (isAlive(supervisor) && performance.now() < end) {
      await sleep(20);
    }
  }
  processes.forEach(killGroup);
  while (processes.some(isAlive)) {
    await sleep(20);
  }
}

async function removeFiles(layout: Layout): Promise<void> {
  await Promise.all(layout.everything.map((file) => rm(file, { recursive: true, force: true })));
}

async function refuseForeign({ root }: Layout): Promise<void> {
  const foreign = (await readdir(root)).filter((name) => !name.startsWith(lockName)).sort();
  if (foreign.length > 0) {
    throw new PlaygroundError(
      'playground.folder',
      `${root} is not the folder of a playground: it holds ${foreign.slice(0, 3).join(', ')}` +
        `${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''}. Name an empty folder or a new one`,
    );
  }
}
