/** The real command as a process. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a command ended, and what it said. */
export interface RanCommand {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface RunningCommand {
  readonly ended: Promise<RanCommand>;
  /** Settles when the text stands on standard error, or the command has ended. */
  readonly told: (text: string) => Promise<void>;
}

/** Starts `cellwright` with these arguments; the environment names a cluster that must not be used. */
export function startCellwright(...args: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [path.resolve('cli/main.ts'), ...args], {
    env: { ...process.env, KUBECONFIG: '/nonexistent/kubeconfig', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const ended = new Promise<RanCommand>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
  });
  const told = async (text: string): Promise<void> => {
    const isOver = ended.then(() => true);
    while (!output.stderr.includes(text) && !(await Promise.race([isOver, sleep(25, false)])));
  };
  return { ended, told };
}

/** Runs it to its end. */
export function runCellwright(...args: readonly string[]): Promise<RanCommand> {
  return startCellwright(...args).ended;
}
