/** A child process with bounds: time, output, and an environment that tells it nothing. */
import { spawn } from 'node:child_process';
import { OpaError } from './opa-error.ts';

/** What runs, and how far. */
export interface BoundedChild {
  readonly command: string;
  readonly args: readonly string[];
  /** @default 20 s: a 2.4 MB module was measured to take opa 6.7 s */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How it ended. */
export interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const maxOutput = 8 * 2 ** 20;

/**
 * Runs a program to its end, without a shell.
 * @throws OpaError `opa.timeout` past the time, `opa.failed` when it cannot run or prints more than 8 MiB
 */
export function runBounded({ command, args, timeoutMs = 20_000, signal }: BoundedChild): Promise<ChildResult> {
  const deadline = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // GOMEMLIMIT makes a hostile module slow before it makes it large; the time then ends it.
      env: { PATH: process.env.PATH, HOME: '/nonexistent', GOMEMLIMIT: '512MiB', GOMAXPROCS: '1' },
      signal: AbortSignal.any([deadline, ...(signal === undefined ? [] : [signal])]),
      killSignal: 'SIGKILL',
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        if (output[stream].length > maxOutput) {
          child.kill('SIGKILL');
          reject(new OpaError('opa.failed', `${command} printed more than ${maxOutput} bytes`));
        }
      });
    }
    child.on('error', (cause) => {
      reject(
        deadline.aborted
          ? new OpaError('opa.timeout', `${command} ${args[0] ?? ''} took longer than ${timeoutMs / 1000} s`, cause)
          : new OpaError('opa.failed', `${command} ${args[0] ?? ''} did not run`, cause),
      );
    });
    child.on('close', (code) => {
      resolve({ code: code ?? 1, ...output });
    });
  });
}
