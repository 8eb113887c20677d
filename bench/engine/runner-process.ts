/** The `cellwright runner` command as a process of its own, so that memory and CPU are its own. Needs Linux: asks /proc. */
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Playground } from '../../playground/control-plane.ts';
import { Supervision } from '../../playground/supervision.ts';

/** How to start it. */
export interface RunnerCommand {
  /** The command's file, packaged or source. */
  readonly file: string;
  /** Folder for profiles of CPU and heap by Node.js. @default - none are made */
  readonly profiles?: string | undefined;
}

/** Megabytes. */
export interface Memory {
  readonly now: number;
  readonly peak: number;
}

const patienceMs = 120_000;
/** Clock ticks a second in /proc: the same on every Linux. */
const ticks = 100;

let started = 0;

/** See above. */
export class RunnerProcess implements AsyncDisposable {
  readonly #supervision: Supervision;
  readonly #log: string;
  #pid = 0;
  #health = '';

  private constructor(supervision: Supervision, log: string) {
    this.#supervision = supervision;
    this.#log = log;
  }

  /** Starts it and returns as soon as it serves probes; whether it is ready is asked by {@link ready}. */
  static async start({ dir, kubeconfigPath }: Playground, { file, profiles }: RunnerCommand): Promise<RunnerProcess> {
    started += 1;
    const log = path.join(dir, `runner-${started}.log`);
    const runner = new RunnerProcess(new Supervision({ folder: dir, temporary: false }), log);
    const profiling =
      profiles === undefined ? [] : ['--cpu-prof', '--heap-prof', `--diagnostic-dir=${path.resolve(profiles)}`];
    runner.#supervision.start({
      name: 'runner',
      command: process.execPath,
      args: [...profiling, file, 'runner', '--kubeconfig', kubeconfigPath, '--health-address', '127.0.0.1:0'],
      log,
    });
    await runner.#serving();
    return runner;
  }

  /** Settles when /readyz says so. */
  async ready(): Promise<void> {
    await this.#until('ready', async () => (await ask(`${this.#health}/readyz`)).status === 200);
  }

  /** Settles when it holds the lease and works. */
  async leading(): Promise<void> {
    await this.#until('leading', async () => (await this.metric('cellwright_leading')) === 1);
  }

  /** Value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const { text } = await ask(`${this.#health}/metrics`);
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  }

  async memory(): Promise<Memory> {
    const status = await readFile(`/proc/${this.#pid}/status`, 'utf8');
    const megabytes = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
  }

  /** Seconds of CPU since its start, in all threads. */
  async cpuSeconds(): Promise<number> {
    const text = await readFile(`/proc/${this.#pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  }

  /** Asks it to end and waits: it gives its lease back. */
  async stop(): Promise<void> {
    process.kill(this.#pid, 'SIGTERM');
    await this.#supervision.firstEnd;
    await this.#supervision.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#supervision.stop();
  }

  async #serving(): Promise<void> {
    await this.#until('serving', async () => {
      const text = await readFile(this.#log, 'utf8').catch(() => '');
      this.#health = `http://${/"health":"([^"]+)"/.exec(text)?.[1] ?? ''}`;
      return this.#health !== 'http://';
    });
    this.#pid = this.#supervision.processes[1]?.pid ?? 0;
  }

  async #until(state: string, isThere: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!(await isThere())) {
      const said = this.#supervision.failed.aborted ? await readFile(this.#log, 'utf8') : undefined;
      if (said !== undefined) throw new Error(`the runner ended by itself:\n${said.slice(-2000)}`);
      if (performance.now() > deadline) throw new Error(`the runner was not ${state} within ${patienceMs / 1000} s`);
      await sleep(20);
    }
  }
}

/** On a connection of its own: one that was kept may be closed by the server in the moment in which it is used again. */
function ask(url: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    }).on('error', reject);
  });
}
