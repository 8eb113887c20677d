/** Runners as child processes, which die and stop as pods and nodes do. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunnerOptions } from '../../../runner/fleet/options.ts';

/** What a runner's process is told. */
export interface RunnerSettings extends Pick<RunnerOptions, 'userAgent' | 'election' | 'concurrency'> {
  readonly kubeconfig: string;
}

/** What the program says when everything that it found was worked on. */
export const settledLine = 'settled';

/** Lines that are kept of a runner's log, to be told when a test fails. */
const keptLines = 40;

/** One runner's process. */
export class RunnerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #settled = Promise.withResolvers<undefined>();
  #log: string[] = [];

  constructor(settings: RunnerSettings) {
    const program = path.join(import.meta.dirname, 'runner-program.ts');
    this.#child = spawn(process.execPath, [program, JSON.stringify(settings)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Compiled once for the many processes of a test.
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        NODE_COMPILE_CACHE: path.join(tmpdir(), 'cellwright-test-compile-cache'),
      },
    });
    this.#ended = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const lines = text.split('\n').filter((line) => line !== '');
        if (lines.includes(settledLine)) this.#settled.resolve(undefined);
        this.#log = [...this.#log, ...lines].slice(-keptLines);
      });
    }
  }

  /** Its last lines. */
  get log(): string {
    return this.#log.join('\n');
  }

  /** Settles when everything that it found at its start was worked on, or when it ended. */
  get settled(): Promise<unknown> {
    return Promise.race([this.#settled.promise, this.#ended]);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What it ended with by itself; null while it runs, and when a signal ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Ends it at once, as a node that loses power does; settles when the process is no more. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Asks it to end, as a rollout does. */
  async terminate(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  /** Freezes it until {@link resume}. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) await this.kill();
  }
}
