/** What a running playground writes into its folder, so that any later command finds it: `playground.json`. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PlaygroundError } from './playground-error.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** A playground as its folder knows it. */
export interface PlaygroundState {
  readonly server: string;
  readonly kubeconfigPath: string;
  readonly auditLogPath: string;
  /** Lives as long as the playground does. */
  readonly supervisor: ProcessIdentity;
  /** What would be left if the supervisor were killed. */
  readonly programs: readonly ProcessIdentity[];
}

/** Where the state of a folder's playground lies. */
export const stateFile = (dir: string): string => path.join(dir, 'playground.json');

/** Writes the state, whole or not at all. */
export async function writeState(dir: string, state: PlaygroundState): Promise<void> {
  const draft = `${stateFile(dir)}.new`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, stateFile(dir));
}

/**
 * The state that a folder tells of, running or not; undefined when it tells of none.
 * @throws PlaygroundError `playground.state` when the file is not one of ours
 */
export async function readState(dir: string): Promise<PlaygroundState | undefined> {
  const file = stateFile(dir);
  let state: unknown;
  try {
    state = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new PlaygroundError('playground.state', `${file} cannot be read; remove it if no playground runs`, cause);
  }
  if (!isState(state)) {
    throw new PlaygroundError('playground.state', `${file} is not the state of a playground; remove it`);
  }
  return state;
}

function isState(value: unknown): value is PlaygroundState {
  const { server, kubeconfigPath, auditLogPath, supervisor, programs } = record(value);
  return (
    [server, kubeconfigPath, auditLogPath].every((field) => typeof field === 'string') &&
    Array.isArray(programs) &&
    [supervisor, ...(programs as unknown[])].every(isIdentity)
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  const { pid, started } = record(value);
  // 0 and 1 as a pid would mean our own group and everything.
  return Number.isSafeInteger(pid) && (pid as number) > 1 && typeof started === 'string';
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
