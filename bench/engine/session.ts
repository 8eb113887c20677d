/** One runner at work on one cluster, and what its cases have in common. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCluster } from './cluster.ts';
import { costing, countOf, RequestCounts, sum } from './request-counts.ts';
import type { Counts } from './request-counts.ts';
import { RunnerProcess } from './runner-process.ts';
import type { RunnerCommand } from './runner-process.ts';

/** What happened until the runner had nothing more to do. */
export interface Quiet {
  readonly counts: Counts;
  /** Until the last request that costs something, to a quarter of a second; 0 when there was none. */
  readonly seconds: number;
}

/** Longer than the second by which the runner lets some news gather. */
const silenceMs = 3000;
const lookMs = 250;

/** See above. It owns the runner; the cluster is its caller's. */
export class Session implements AsyncDisposable {
  readonly cluster: BenchCluster;
  readonly counts: RequestCounts;
  readonly tenants: number;
  readonly progress: (line: string) => void;
  /** Requests of each case, for the JSON output. */
  readonly requests: Record<string, Readonly<Record<string, number>>> = {};
  readonly command: RunnerCommand;
  runner: RunnerProcess;

  private constructor(options: SessionOptions, counts: RequestCounts, runner: RunnerProcess) {
    this.cluster = options.cluster;
    this.tenants = options.tenants;
    this.progress = options.progress;
    this.command = options.command;
    this.counts = counts;
    this.runner = runner;
  }

  /** Starts the runner and lets it settle. */
  static async open(options: SessionOptions): Promise<Session> {
    const { playground, admin } = options.cluster;
    const counts = await RequestCounts.open(playground.auditLogPath, { client: admin, agent: 'cellwright-runner' });
    const session = new Session(options, counts, await RunnerProcess.start(playground, options.command));
    await session.runner.ready();
    await session.runner.leading();
    await session.untilQuiet();
    return session;
  }

  /** Another process in place of one that was stopped. */
  async restart(): Promise<void> {
    this.runner = await RunnerProcess.start(this.cluster.playground, this.command);
  }

  /** Waits until the runner has sent nothing for three seconds and has nothing queued. */
  async untilQuiet(silence = silenceMs): Promise<Quiet> {
    const start = performance.now();
    let last = start;
    const all: Counts[] = [];
    for (;;) {
      const counts = await this.counts.take();
      all.push(counts);
      const now = performance.now();
      if (countOf(counts, costing) > 0) last = now;
      const isIdle = (await this.runner.metric('cellwright_queue_depth')) === 0;
      if (isIdle && now - Math.max(last, start) >= silence) return { counts: sum(all), seconds: (last - start) / 1000 };
      await sleep(lookMs);
    }
  }

  /** Keeps a case's counts for the output. */
  note(what: string, counts: Counts): void {
    this.requests[what] = Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner[Symbol.asyncDispose]();
    await this.counts[Symbol.asyncDispose]();
  }
}

/** Options of {@link Session.open}. */
export interface SessionOptions {
  readonly cluster: BenchCluster;
  readonly command: RunnerCommand;
  readonly tenants: number;
  readonly progress: (line: string) => void;
}
