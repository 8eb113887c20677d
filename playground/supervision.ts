/** The supervisor process, from the side of who started it. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { PlaygroundError } from './playground-error.ts';
import { identityOf, killGroup } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { Program } from './programs.ts';
import { roomFile } from './room-file.ts';

/** Where the programs run, and what becomes of it at the end. */
export interface SupervisionOptions {
  readonly folder: string;
  /** Remove the folder with the last program, whoever ends it. */
  readonly temporary: boolean;
}

interface Report {
  readonly started?: string;
  readonly pid?: number;
  readonly exited?: string;
  readonly code?: number | string | null;
  readonly signal?: string | null;
}

/** How a program ended by itself. */
export interface ProgramEnd {
  /** Exit code; what kept it from starting; null when a signal ended it. */
  readonly code: number | string | null;
  readonly signal: string | null;
}

/** Starts programs under a process of its own that ends them when this one is gone. */
export class Supervision implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #pid: number;
  readonly #exit: Promise<void>;
  readonly #failure = new AbortController();
  readonly #firstEnd = Promise.withResolvers<ProgramEnd>();
  readonly #programs = new Map<string, ProcessIdentity>();
  #stopping = false;

  constructor({ folder, temporary }: SupervisionOptions) {
    // A group of its own: ^C in a terminal reaches this process, whose end the supervisor then sees.
    this.#child = fork(roomFile('supervisor.js'), [folder, temporary ? 'temporary' : 'lasting'], {
      detached: true,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    });
    if (this.#child.pid === undefined) {
      throw new PlaygroundError('playground.start', 'the supervisor of the playground did not start');
    }
    this.#pid = this.#child.pid;
    this.#exit = new Promise((resolve) => {
      this.#child.on('exit', () => {
        this.#onExit();
        resolve();
      });
    });
    this.#child.on('message', (report: Report) => {
      this.#onReport(report);
    });
    // Who has nothing else to do may end, and the playground with it.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** Aborted when a program, or the supervisor, ends that was not asked to; the reason says which. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  /** How the first program ended that did so by itself; the others are ended with it. */
  get firstEnd(): Promise<ProgramEnd> {
    return this.#firstEnd.promise;
  }

  /** Process id of the supervisor. */
  get pid(): number {
    return this.#pid;
  }

  /** The processes that run: the supervisor first, then the programs that have started. */
  get processes(): readonly ProcessIdentity[] {
    const own = identityOf(this.#pid);
    return [...(own === undefined ? [] : [own]), ...this.#programs.values()];
  }

  /** Starts a program; the supervisor reports its end. */
  start(program: Program): void {
    this.#child.send({ start: program });
  }

  /** Lets the programs live on without this process. */
  async detach(): Promise<void> {
    const disconnected = new Promise<void>((resolve) => {
      this.#child.once('disconnect', () => {
        resolve();
      });
    });
    this.#child.channel?.ref();
    this.#child.send({ detach: true });
    await disconnected;
  }

  /** Ends every program; resolves when all are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.ref();
    if (this.#child.connected) {
      this.#child.disconnect();
    } else {
      this.#child.kill('SIGTERM');
    }
    await this.#exit;
  }

  /** As {@link stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #onReport({ started, pid, exited, code = null, signal = null }: Report): void {
    if (started !== undefined && pid !== undefined) {
      const identity = identityOf(pid);
      if (identity !== undefined) {
        this.#programs.set(started, identity);
      }
    }
    if (exited !== undefined) {
      this.#firstEnd.resolve({ code, signal });
      this.#fail(`${exited} ended by itself (${signal ?? code ?? 'unknown'})`);
    }
  }

  /** A supervisor that was killed could not end its programs. */
  #onExit(): void {
    for (const program of this.#programs.values()) {
      killGroup(program);
    }
    this.#fail('the supervisor of the playground ended by itself');
    this.#firstEnd.resolve({ code: null, signal: 'the end of its supervisor' });
  }

  #fail(what: string): void {
    if (!this.#stopping) {
      this.#failure.abort(new PlaygroundError('playground.exited', what));
    }
  }
}
