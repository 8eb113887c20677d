/** A child process with bounds: time, memory, output, and an environment that tells it nothing. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { OpaError } from './opa-error.ts';

/** What runs, and how far. */
export interface BoundedChild {
  readonly command: string;
  readonly args: readonly string[];
  /**
   * Milliseconds until it is killed.
   * @default 20 s: a 2.4 MB module was measured to take opa 6.7 s
   */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How it ended. */
export interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Address space of the child; a 2.4 MB module was measured to take 457 MB. */
const maxKibibytes = 2 * 2 ** 20;
const maxOutputLength = 8 * 2 ** 20;
const defaultTimeoutMs = 20_000;

/**
 * Runs a program to its end; a status other than 0 is a result, not an error.
 * @throws OpaError `opa.timeout` past the time, `opa.output` when it prints more than 8 MiB, `opa.aborted` by the signal,
 * `opa.failed` when it cannot run or is killed by the system
 */
export function runBounded(options: BoundedChild): Promise<ChildResult> {
  const { command, args, timeoutMs = defaultTimeoutMs, signal } = options;
  const what = `${command} ${args[0] ?? ''}`;
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const child = start(
      command,
      args,
      AbortSignal.any([deadline, stop.signal, ...(signal === undefined ? [] : [signal])]),
    );
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        if (output[stream].length > maxOutputLength) {
          stop.abort();
        }
      });
    }
    child.on('error', (cause) => {
      if (deadline.aborted) {
        reject(new OpaError('opa.timeout', `${what} took longer than ${timeoutMs / 1000} s`, cause));
      } else if (stop.signal.aborted) {
        reject(new OpaError('opa.output', `${what} printed more than ${maxOutputLength} characters`, cause));
      } else if (signal?.aborted === true) {
        reject(new OpaError('opa.aborted', `${what} was stopped`, cause));
      } else {
        reject(new OpaError('opa.failed', `${what} did not run`, cause));
      }
    });
    child.on('close', (code, killedBy) => {
      if (code === null) {
        reject(new OpaError('opa.failed', `${what} was ended by ${killedBy ?? 'the system'}`));
      } else {
        resolve({ code, ...output });
      }
    });
  });
}

/**
 * The limit on memory is the shell's, since Node can set none; no text reaches the shell but its own script, the rest are
 * arguments. GOMEMLIMIT makes a hostile module slow before it makes it large; the time then ends it.
 */
function start(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): ChildProcessByStdio<null, Readable, Readable> {
  const limited =
    process.platform === 'win32'
      ? [command, ...args]
      : ['/bin/sh', '-c', `ulimit -v ${maxKibibytes} 2>/dev/null; exec "$0" "$@"`, command, ...args];
  return spawn(limited[0] ?? command, limited.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: '/nonexistent', GOMEMLIMIT: '512MiB', GOMAXPROCS: '1' },
    signal,
    killSignal: 'SIGKILL',
  });
}
