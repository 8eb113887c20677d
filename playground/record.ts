/** What is known of the playground in a folder: written there by who starts it, read by whoever comes later. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Layout } from './layout.ts';
import { PlaygroundError } from './playground-error.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** Content of `playground.json`. */
export interface PlaygroundRecord {
  readonly server: string;
  /** The supervisor first, then its programs; empty while they start. */
  readonly processes: readonly ProcessIdentity[];
}

/** Writes the record in one step. */
export async function writeRecord(layout: Layout, record: PlaygroundRecord): Promise<void> {
  const draft = `${layout.state}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ version: 1, ...record }, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, layout.state);
}

/**
 * The record of a folder; undefined where there is none.
 * @throws PlaygroundError `playground.state` for a file that is no record
 */
export async function readRecord({ state }: Layout): Promise<PlaygroundRecord | undefined> {
  let text: string;
  try {
    text = await readFile(state, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new PlaygroundError('playground.state', `cannot read ${state}`, cause);
  }
  const record = parse(text);
  if (record === undefined) {
    throw new PlaygroundError(
      'playground.state',
      `${state} is not the record of a playground of this version: stop what runs there, if anything does, and remove ` +
        'the folder',
    );
  }
  return record;
}

/** Whether everything that was started still runs. */
export function isRunning({ processes }: PlaygroundRecord): boolean {
  return processes.length > 0 && processes.every(isAlive);
}

function parse(text: string): PlaygroundRecord | undefined {
  let value: { version?: unknown; server?: unknown; processes?: unknown };
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    // Not JSON: no record, which the caller says with the file's name.
    return undefined;
  }
  const { version, server, processes } = value;
  if (version !== 1 || typeof server !== 'string' || !Array.isArray(processes) || !processes.every(isIdentity)) {
    return undefined;
  }
  return { server, processes };
}

function isIdentity(value: unknown): value is ProcessIdentity {
  const { pid, started } = (value ?? {}) as Partial<ProcessIdentity>;
  // Zero and negative numbers would mean whole process groups to kill(2).
  return Number.isInteger(pid) && Number(pid) > 1 && typeof started === 'string';
}
