/** A playground that outlives the command that started it: up, down, status. */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPlayground } from './control-plane.ts';
import { layoutOf } from './layout.ts';
import { PlaygroundError } from './playground-error.ts';

/** What is known of a playground that was left running. */
export interface PlaygroundState {
  readonly server: string;
  readonly kubeconfigPath: string;
  readonly pid: number;
  /** Start time of that process as the kernel counts it, so that a reused pid is not taken for ours. */
  readonly processStart: string;
}

/** Status of a playground's folder. */
export type PlaygroundStatus =
  | { readonly running: false }
  | ({ readonly running: true } & Pick<PlaygroundState, 'server' | 'kubeconfigPath' | 'pid'>);

/** The folder of the user's one default playground, by the XDG base directory specification. */
export function defaultPlaygroundDirectory(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_STATE_HOME ?? path.join(environment.HOME ?? '/tmp', '.local', 'state');
  return path.join(base, 'cellwright', 'playground');
}

/** Starts a playground in a folder and leaves it running; one that runs there already is returned as it is. */
export async function playgroundUp(dir: string, progress: (line: string) => void): Promise<PlaygroundStatus> {
  const before = await playgroundStatus(dir);
  if (before.running) {
    return before;
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // Ports are new, so etcd's membership of an earlier run would not fit.
  await rm(layoutOf(dir).etcdData, { recursive: true, force: true });
  const playground = await startPlayground({ dir, progress });
  const { server, kubeconfigPath, pid } = playground;
  const state: PlaygroundState = { server, kubeconfigPath, pid, processStart: processStart(pid) ?? '' };
  await writeFile(stateFile(dir), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await playground.detach();
  return { running: true, server, kubeconfigPath, pid };
}

/** Whether a playground runs in a folder. */
export async function playgroundStatus(dir: string): Promise<PlaygroundStatus> {
  const state = await readState(dir);
  if (state === undefined || processStart(state.pid) !== state.processStart) {
    return { running: false };
  }
  return { running: true, server: state.server, kubeconfigPath: state.kubeconfigPath, pid: state.pid };
}

/** Stops the playground of a folder and removes what it wrote there. False when none ran. */
export async function playgroundDown(dir: string): Promise<boolean> {
  const status = await playgroundStatus(dir);
  if (status.running) {
    const start = processStart(status.pid);
    process.kill(status.pid, 'SIGTERM');
    while (processStart(status.pid) === start) {
      await sleep(50);
    }
  }
  const layout = layoutOf(dir);
  const logs = ['etcd', 'kube-apiserver', 'kube-controller-manager'].map(layout.log);
  const ours = [
    layout.etcdData,
    layout.pki,
    layout.audit,
    layout.auditPolicy,
    layout.kubeconfig,
    stateFile(dir),
    ...logs,
  ];
  await Promise.all(ours.map((file) => rm(file, { recursive: true, force: true })));
  return status.running;
}

const stateFile = (dir: string): string => path.join(dir, 'playground.json');

async function readState(dir: string): Promise<PlaygroundState | undefined> {
  let text: string;
  try {
    text = await readFile(stateFile(dir), 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new PlaygroundError('playground.state', `cannot read ${stateFile(dir)}`, cause);
  }
  const state = JSON.parse(text) as Partial<PlaygroundState>;
  const { server, kubeconfigPath, pid, processStart: start } = state;
  if (server === undefined || kubeconfigPath === undefined || pid === undefined || start === undefined) {
    throw new PlaygroundError('playground.state', `${stateFile(dir)} is not a playground's state; remove it`);
  }
  return { server, kubeconfigPath, pid, processStart: start };
}

/** Start time of a live process; undefined when there is none. Linux tells it exactly; elsewhere being alive must do. */
function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field is the command in parentheses and may hold spaces; the state is the first after it, the start time the 20th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      // The process is gone.
      return undefined;
    }
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    // The process is gone.
    return undefined;
  }
}
