/** A child process with bounds: time, memory, output, and an environment that tells it nothing. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { commandRoom } from './child-room.ts';
import type { ChildRoom } from './child-room.ts';
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
  /**
   * Characters that it may print on each stream.
   * @default 8 Mi
   */
  readonly maxOutput?: number;
  /** @default - that of a command */
  readonly room?: ChildRoom | undefined;
  /**
   * Told of each piece of standard output as it comes, of which the result then has nothing. What it throws ends the child.
   * @default - the result has all of it
   */
  readonly onOutput?: ((piece: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How it ended. */
export interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Address space of the child, far above what it has resident. */
const maxKibibytes = 2 * 2 ** 20;
/** Seconds of processor time, for a child whose parent is gone and can no longer stop it. */
const maxProcessorSeconds = 60;
const defaultMaxOutput = 8 * 2 ** 20;
const defaultTimeoutMs = 20_000;

/** How often its memory is looked at, in milliseconds; a Go program was measured to grow by 12 MB in that time. */
const lookMs = 10;
const shell = '/bin/sh';

/**
 * Runs a program to its end; a status other than 0 is a result, not an error. It has ended when this settles, also when it was
 * killed: whoever starts the next one then has its memory.
 * @throws OpaError `opa.timeout` past the time, `opa.output` when it prints too much, `opa.memory` when it takes too much of it,
 * `opa.aborted` by the signal,
 * `opa.failed` when it cannot run or is ended by the system; and what `onOutput` throws
 */
export function runBounded(options: BoundedChild): Promise<ChildResult> {
  const { command, args, timeoutMs = defaultTimeoutMs, room = commandRoom, signal } = options;
  const what = `${command} ${args[0] ?? ''}`.trim();
  if (signal?.aborted === true) {
    return Promise.reject(new OpaError('opa.aborted', `${what} was stopped before it began`, signal.reason));
  }
  return new Promise((resolve, reject) => {
    const child = start(command, args, room);
    let failure: Error | undefined;
    const fail = (error: Error): void => {
      failure ??= error;
      finish();
      end(child);
    };
    const aborted = (): void => fail(new OpaError('opa.aborted', `${what} was stopped`, signal?.reason));
    const timer = setTimeout(
      () => fail(new OpaError('opa.timeout', `${what} took longer than ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const stopLooking = watchMemory(child, room, () =>
      fail(new OpaError('opa.memory', `${what} took more than ${room.most} MiB of memory`)),
    );
    const finish = (): void => {
      stopLooking();
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    const output = collect(child, options, { what, fail });
    child.on('error', (cause) => {
      finish();
      reject(new OpaError('opa.failed', `${what} did not run`, cause));
    });
    child.on('close', (code, killedBy) => {
      finish();
      if (failure !== undefined) {
        reject(failure);
      } else if (code !== 0 && outOfMemory.test(output.stderr)) {
        reject(new OpaError('opa.memory', `${what} ran out of memory`));
      } else if (code === null) {
        reject(new OpaError('opa.failed', `${what} was ended by ${killedBy ?? 'the system'}`));
      } else {
        resolve({ code, ...output });
      }
    });
  });
}

/** What a Go program prints when the limit of its address space is reached before anybody saw its resident memory. */
const outOfMemory = /^(?:fatal error|runtime): .*out of memory/m;

/** Gathers what is printed, or hands it on, up to the bound. */
function collect(
  child: Child,
  { maxOutput = defaultMaxOutput, onOutput }: BoundedChild,
  { what, fail }: { readonly what: string; readonly fail: (error: Error) => void },
): { readonly stdout: string; readonly stderr: string } {
  const output = { stdout: '', stderr: '' };
  const printed = { stdout: 0, stderr: 0 };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (piece: string) => {
      printed[stream] += piece.length;
      if (printed[stream] > maxOutput) {
        fail(new OpaError('opa.output', `${what} printed more than ${maxOutput} characters`));
      } else if (stream === 'stderr' || onOutput === undefined) {
        output[stream] += piece;
      } else {
        handOn(onOutput, piece, fail);
      }
    });
  }
  return output;
}

function handOn(onOutput: (piece: string) => void, piece: string, fail: (error: Error) => void): void {
  try {
    onOutput(piece);
  } catch (error) {
    fail(error instanceof Error ? error : new OpaError('opa.failed', String(error)));
  }
}

function hasShell(): boolean {
  return process.platform !== 'win32' && existsSync(shell);
}

/** Tells before the kernel ends whoever shares the memory. The image of the runner has no shell that could set a limit. */
function watchMemory({ pid }: Child, { most }: ChildRoom, tooLarge: () => void): () => void {
  const timer = setInterval(() => {
    if (residentBytes(pid) > most * 2 ** 20) tooLarge();
  }, lookMs);
  return () => clearInterval(timer);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html; 0 where there is no such file, or the child has ended. */
function residentBytes(pid: number | undefined): number {
  try {
    const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/**
 * The limits are the shell's, since Node can set none (where there is none, memory is only watched); no text reaches the shell but
 * its own script, the rest are arguments. Below `collectAt`, memory is cheaper than collecting it: a quarter of the time of a batch
 * of decisions.
 */
function start(command: string, args: readonly string[], { collectAt }: ChildRoom): Child {
  const limits = `ulimit -v ${maxKibibytes} 2>/dev/null; ulimit -t ${maxProcessorSeconds} 2>/dev/null`;
  const limited = ['-c', `${limits}; exec "$0" "$@"`, command, ...args];
  const isWindows = process.platform === 'win32';
  return spawn(hasShell() ? shell : command, hasShell() ? limited : args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: '/nonexistent', GOMEMLIMIT: `${collectAt}MiB`, GOGC: '400', GOMAXPROCS: '1' },
    // A group of its own, so that what the child started ends with it.
    detached: !isWindows,
  });
}

function end(child: Child): void {
  child.stdout.destroy();
  child.stderr.destroy();
  if (child.pid === undefined || process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (cause) {
    // The group may have ended by itself in this moment; anything else is a fault of ours.
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw cause;
    }
  }
}
