/** A runner behind a proxy that kills it at one of its writes and starts another in its place. */
import type { FaultProxy } from './fault-proxy.ts';
import { isWrite, noFaults } from './faults.ts';
import type { Fault, ProxiedRequest } from './faults.ts';
import { RunnerProcess } from './runner-process.ts';

/** A write of a runner. */
export interface KillPoint {
  /** Which of the writes that concern the tenant, from 1. */
  readonly write: number;
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
  arm(tenant: string, { write, when }: KillPoint): void {
    let writes = 0;
    this.#proxy.judge = (request): Fault | undefined => {
      if (!isWrite(request) || !concerns(request, tenant)) return undefined;
      writes += 1;
      if (writes !== write) return undefined;
      return {
        type: 'meet',
        when,
        meet: async () => {
          this.#killing = this.#killAndReplace();
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

  /** @returns how many writes concerned the tenant since */
  countWrites(tenant: string): () => number {
    let writes = 0;
    this.#proxy.judge = (request) => {
      if (isWrite(request) && concerns(request, tenant)) writes += 1;
      return undefined;
    };
    return () => writes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  async #killAndReplace(): Promise<void> {
    this.#kills += 1;
    await this.#process.kill();
    this.#proxy.judge = noFaults;
    this.#process = this.#start();
  }

  #start(): RunnerProcess {
    return new RunnerProcess({ kubeconfig: this.#proxy.kubeconfigPath });
  }
}

/** By path, or for a namespace that is made by body. */
function concerns({ path, body }: ProxiedRequest, tenant: string): boolean {
  const parts = path.split('/');
  if (parts.includes(`tenant-${tenant}`) || (parts.includes('tenantgateways') && parts.includes(tenant))) return true;
  return path === '/api/v1/namespaces' && body.includes(`"tenant-${tenant}"`);
}
