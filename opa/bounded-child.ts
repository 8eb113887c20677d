/** A child process with bounds: time, memory, output, and an environment that tells it nothing. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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
  /**
   * Characters that it may print on each stream.
   * @default 8 Mi
   */
  readonly maxOutput?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How it ended. */
export interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Address space of the child; a 2.4 MB module was measured to take 457 MB. */
const maxKibibytes = 2 * 2 ** 20;
/** Seconds of processor time, for a child whose parent is gone and can no longer stop it. */
const maxProcessorSeconds = 60;
const defaultMaxOutput = 8 * 2 ** 20;
const defaultTimeoutMs = 20_000;

/** What a child may have resident where no shell limits its address space: the image of the runner has no shell. */
const maxResidentBytes = 512 * 2 ** 20;
/** How often that is looked at, in milliseconds; a Go program was measured to grow by 30 MB in that time. */
const lookMs = 25;
const shell = '/bin/sh';

/**
 * Runs a program to its end; a status other than 0 is a result, not an error.
 * @throws OpaError `opa.timeout` past the time, `opa.output` when it prints too much, `opa.memory` when it takes too much of it,
 * `opa.aborted` by the signal,
 * `opa.failed` when it cannot run or is ended by the system
 */
export function runBounded({
  command,
  args,
  timeoutMs = defaultTimeoutMs,
  maxOutput = defaultMaxOutput,
  signal,
}: BoundedChild): Promise<ChildResult> {
  const what = `${command} ${args[0] ?? ''}`.trim();
  if (signal?.aborted === true) {
    return Promise.reject(new OpaError('opa.aborted', `${what} was stopped before it began`, signal.reason));
  }
  return new Promise((resolve, reject) => {
    const child = start(command, args);
    const output = { stdout: '', stderr: '' };
    const fail = (error: OpaError): void => {
      finish();
      end(child);
      reject(error);
    };
    const aborted = (): void => fail(new OpaError('opa.aborted', `${what} was stopped`, signal?.reason));
    const timer = setTimeout(
      () => fail(new OpaError('opa.timeout', `${what} took longer than ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const stopLooking = watchMemory(child, (limit) =>
      fail(new OpaError('opa.memory', `${what} took more than ${limit} of memory`)),
    );
    const finish = (): void => {
      stopLooking();
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    collect(child, output, () => {
      if (Math.max(output.stdout.length, output.stderr.length) <= maxOutput) return;
      fail(new OpaError('opa.output', `${what} printed more than ${maxOutput} characters`));
    });
    child.on('error', (cause) => fail(new OpaError('opa.failed', `${what} did not run`, cause)));
    child.on('close', (code, killedBy) => {
      finish();
      if (code === null) {
        reject(new OpaError('opa.failed', `${what} was ended by ${killedBy ?? 'the system'}`));
      } else {
        resolve({ code, ...output });
      }
    });
  });
}

/** Adds what is printed to `output`, and tells of each piece. */
function collect(child: Child, output: { stdout: string; stderr: string }, onPiece: () => void): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      onPiece();
    });
  }
}

function hasShell(): boolean {
  return process.platform !== 'win32' && existsSync(shell);
}

/** Tells where nothing else bounds the child, before the kernel ends whoever shares its memory. */
function watchMemory({ pid }: Child, tooLarge: (limit: string) => void): () => void {
  if (hasShell()) return () => undefined;
  const timer = setInterval(() => {
    if (residentBytes(pid) > maxResidentBytes) tooLarge(`${maxResidentBytes / 2 ** 20} MiB`);
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
 * The limits are the shell's, since Node can set none (where there is none, memory is watched instead); no text reaches the shell but its own script, the rest are
 * arguments. GOMEMLIMIT makes a hostile module slow before it makes it large; the time then ends it. Below
 * that, memory is cheaper than collecting it: a quarter of the time of a batch of decisions.
 */
function start(command: string, args: readonly string[]): Child {
  const limits = `ulimit -v ${maxKibibytes} 2>/dev/null; ulimit -t ${maxProcessorSeconds} 2>/dev/null`;
  const limited = ['-c', `${limits}; exec "$0" "$@"`, command, ...args];
  const isWindows = process.platform === 'win32';
  return spawn(hasShell() ? shell : command, hasShell() ? limited : args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: '/nonexistent', GOMEMLIMIT: '512MiB', GOGC: '400', GOMAXPROCS: '1' },
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
