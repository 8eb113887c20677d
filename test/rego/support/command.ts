/** The real command as a process. */
import { spawn } from 'node:child_process';
import path from 'node:path';

/** How a command ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is given beside its arguments. */
export interface Surroundings {
  readonly stdin?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Runs `cellwright` from its source. */
export function cellwright(args: readonly string[], { stdin = '', environment = {} }: Surroundings = {}): Promise<Ran> {
  const child = spawn(process.execPath, [path.resolve('cli/main.ts'), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
  }
  // A command that refuses its arguments does not wait for what it would have read.
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}
