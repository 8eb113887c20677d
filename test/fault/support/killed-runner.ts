/** A runner behind a proxy that kills it at one of its writes and starts another in its place. */
import type { FaultProxy } from './fault-proxy.ts';
import { isWrite, noFaults } from './faults.ts';
import type { Fault, ProxiedRequest } from './faults.ts';
import { RunnerProcess } from './runner-process.ts';
import { concerns, WriteCounter } from './numbered-writes.ts';
import type { NumberedWrite } from './numbered-writes.ts';

/** When a runner is killed. */
export interface KillPoint extends NumberedWrite {
  /** Before it reaches the API server, or after it was done and before the answer. */
  readonly when: 'before' | 'after';
}

/** Always one runner at work; dispose it to end the present one. */
export class KilledRunner implements AsyncDisposable {
  readonly #proxy: FaultProxy;
  #process: RunnerProcess;
  #kills = 0;
  #killing: Promise<void> | undefined;

  constructor(proxy: FaultProxy) {
    this.#proxy = proxy;
    this.#process = this.#start();
  }

  /** How often it was killed. */
  get kills(): number {
    return this.#kills;
  }

  /** Last lines of the present process. */
  get log(): string {
    return this.#process.log;
  }

  /** Settles when the present process has worked on everything that it found. */
  async settled(): Promise<void> {
    await this.#process.settled;
  }

  /** Kills it once, at the given write. */
  arm(tenant: string, { what, nth, when }: KillPoint): void {
    const counter = new WriteCounter();
    this.#proxy.judge = (request): Fault | undefined => {
      if (!isWriteFor(request, tenant)) return undefined;
      const write = counter.next(request);
      if (write.what !== what || write.nth !== nth) return undefined;
      return {
        type: 'meet',
        when,
        meet: async () => {
          this.#killing = this.restart();
          this.#kills += 1;
          await this.#killing;
          return 'cut';
        },
      };
    };
  }

  /** Takes back what is armed; a kill that has begun comes to its end first. */
  async disarm(): Promise<void> {
    this.#proxy.judge = noFaults;
    await this.#killing;
  }

  /** @returns the writes that concerned each tenant since */
  recordWrites(tenants: readonly string[]): (tenant: string) => readonly NumberedWrite[] {
    const records = new Map(
      tenants.map((tenant) => [tenant, { counter: new WriteCounter(), writes: [] as NumberedWrite[] }]),
    );
    this.#proxy.judge = (request) => {
      for (const [tenant, { counter, writes }] of records) {
        if (isWriteFor(request, tenant)) writes.push(counter.next(request));
      }
      return undefined;
    };
    return (tenant) => records.get(tenant)?.writes ?? [];
  }

  /** Kills the present process and starts another. */
  async restart(): Promise<void> {
    await this.#process.kill();
    this.#proxy.judge = noFaults;
    this.#process = this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  #start(): RunnerProcess {
    return new RunnerProcess({ kubeconfig: this.#proxy.kubeconfigPath });
  }
}

function isWriteFor(request: ProxiedRequest, tenant: string): boolean {
  return isWrite(request) && concerns(request, tenant);
}
