/** A playground that outlives the command that started it: up, down, status. */
import path from 'node:path';
import { startPlayground } from './control-plane.ts';
import { clearFolder, withFolder } from './folder.ts';
import { layoutOf } from './layout.ts';
import { PlaygroundError } from './playground-error.ts';
import { isRunning, readRecord } from './record.ts';
import { stateDirectory } from './user-directories.ts';

/** What runs in a folder. */
export type PlaygroundStatus =
  | { readonly running: false }
  | {
      readonly running: true;
      /** Address of the API server. */
      readonly server: string;
      readonly kubeconfigPath: string;
      /** Process id of the supervisor. */
      readonly pid: number;
    };

/** The folder of the user's one default playground. */
export function defaultPlaygroundDirectory(environment: NodeJS.ProcessEnv): string {
  return path.join(stateDirectory(environment), 'playground');
}

/**
 * Starts an empty playground in a folder and leaves it running; one that runs there already is returned as it is.
 * @throws PlaygroundError as {@link startPlayground}
 */
export async function playgroundUp(
  dir: string,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<PlaygroundStatus> {
  try {
    const playground = await startPlayground({ dir, progress, ...(signal === undefined ? {} : { signal }) });
    await playground.detach();
  } catch (error) {
    if (!(error instanceof PlaygroundError) || error.code !== 'playground.running') {
      throw error;
    }
  }
  return playgroundStatus(dir);
}

/** Whether a playground runs in a folder. One with a process missing does not, and the next `up` or `down` clears it away. */
export async function playgroundStatus(dir: string): Promise<PlaygroundStatus> {
  const layout = layoutOf(path.resolve(dir));
  const record = await readRecord(layout);
  const [supervisor] = record?.processes ?? [];
  if (record === undefined || supervisor === undefined || !isRunning(record)) {
    return { running: false };
  }
  return { running: true, server: record.server, kubeconfigPath: layout.kubeconfig, pid: supervisor.pid };
}

/** Stops the playground of a folder and removes what it wrote there. False when none ran. */
export async function playgroundDown(
  dir: string,
  progress: (line: string) => void = () => undefined,
): Promise<boolean> {
  const layout = layoutOf(path.resolve(dir));
  if ((await readRecord(layout)) === undefined) {
    return false;
  }
  return withFolder(layout, { progress }, () => clearFolder(layout));
}
