/** The supervisor process, from the side of who started it. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { PlaygroundError } from './playground-error.ts';
import type { Program } from './programs.ts';

interface Report {
  readonly started?: string;
  readonly pid?: number;
  readonly exited?: string;
  readonly code?: number | string | null;
  readonly signal?: string | null;
}

/** Starts programs under a process of its own that ends them when this one is gone. */
export class Supervision {
  readonly #child: ChildProcess;
  readonly #exit: Promise<void>;
  readonly #failure = new AbortController();
  #stopping = false;

  constructor() {
    // A group of its own: ^C in a terminal reaches this process, which then stops the playground in order.
    this.#child = fork(path.join(import.meta.dirname, 'supervisor.js'), {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    this.#exit = new Promise((resolve) => {
      this.#child.on('exit', () => {
        resolve();
      });
    });
    this.#child.on('message', (report: Report) => {
      this.#onReport(report);
    });
  }

  /** Aborted when a program ends that was not asked to; the reason says which. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  /** Process id of the supervisor. */
  get pid(): number {
    if (this.#child.pid === undefined) {
      throw new PlaygroundError('playground.start', 'the supervisor of the playground did not start');
    }
    return this.#child.pid;
  }

  /** Starts a program; the supervisor reports its end. */
  start(program: Program): void {
    this.#child.send({ start: program });
  }

  /** Lets the playground live on without this process. */
  async detach(): Promise<void> {
    const disconnected = new Promise<void>((resolve) => {
      this.#child.once('disconnect', () => {
        resolve();
      });
    });
    this.#child.send({ detach: true });
    await disconnected;
    this.#child.unref();
  }

  /** Ends every program; resolves when all are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#child.connected) {
      this.#child.disconnect();
    }
    await this.#exit;
  }

  #onReport({ exited, code, signal }: Report): void {
    if (exited !== undefined && !this.#stopping) {
      this.#failure.abort(
        new PlaygroundError('playground.exited', `${exited} ended by itself (${signal ?? code ?? 'unknown'})`),
      );
    }
  }
}
