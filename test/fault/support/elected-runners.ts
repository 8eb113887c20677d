/** Two runners with an election, behind one proxy that knows which process holds the lease. */
import { afterAll, beforeAll } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { platformNames } from '../../../constructs/platform/labels.ts';
import type { ApiClient } from '../../api/support/api-client.ts';
import { runnerAgent } from '../../api/support/audit-log.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { isWrite } from './faults.ts';
import type { Judge, ProxiedRequest } from './faults.ts';
import type { ProvenFleet } from './proven-fleet.ts';
import { RunnerProcess } from './runner-process.ts';
import { startRunnerProxy } from './runner-proxy.ts';

/** Of which lease, and how long it holds. */
export interface Election {
  readonly namespace: string;
  readonly name: string;
  readonly leaseMs: number;
  readonly deadlineMs: number;
  readonly retryMs: number;
}

/** Short, so that a test sees many hand-overs; between deadline and lease lies what a write may be on the wire of a busy machine. */
export const election: Election = {
  namespace: platformNames.namespace,
  name: platformNames.lease,
  leaseMs: 5000,
  deadlineMs: 3000,
  retryMs: 400,
};

/** Long, so that no lease runs out however busy the machine is: hand-overs are those that are asked for. */
export const longElection: Election = { ...election, leaseMs: 30_000, deadlineMs: 20_000 };

const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${election.namespace}/leases`;

/** Whether a request writes a lease. */
export function isLeaseWrite(request: ProxiedRequest): boolean {
  return isWrite(request) && request.path.startsWith(leasePath);
}

/** Always two; dispose them to end both. */
export class ElectedRunners implements AsyncDisposable {
  readonly #kubeconfig: string;
  readonly #election: Election;
  readonly #admin: ApiClient;
  readonly #processes = new Map<string, RunnerProcess>();
  /** User agents by the identity that they wrote into the lease. */
  readonly #identities = new Map<string, string>();
  #started = 0;

  /** Takes the proxy's judge; what else should be judged goes into {@link also}. */
  constructor(proxy: FaultProxy, admin: ApiClient, of: Election = election) {
    this.#election = of;
    this.#kubeconfig = proxy.kubeconfigPath;
    this.#admin = admin;
    proxy.judge = (request) => {
      if (isLeaseWrite(request)) this.#remember(request);
      return this.also(request);
    };
    this.start();
    this.start();
  }

  /** Decides over each request. */
  also: Judge = () => undefined;

  /** One more runner. */
  start(): string {
    this.#started += 1;
    const userAgent = `${runnerAgent}${this.#started}`;
    const settings = { kubeconfig: this.#kubeconfig, userAgent, election: this.#election };
    this.#processes.set(userAgent, new RunnerProcess(settings));
    return userAgent;
  }

  /** The user agent of the one that holds the lease; undefined while none of the present ones does. */
  async leader(): Promise<string | undefined> {
    const { status, body } = await this.#admin.send({ path: `${leasePath}/${this.#election.name}` });
    if (status === 404) return undefined;
    const { holderIdentity = '' } = (body as { spec: { holderIdentity?: string } }).spec;
    const userAgent = this.#identities.get(holderIdentity);
    return userAgent !== undefined && this.#processes.has(userAgent) ? userAgent : undefined;
  }

  /** The user agent of the one that holds the lease, as soon as one does; at most 60 s are waited. */
  async leading(): Promise<string> {
    const end = performance.now() + 60_000;
    for (;;) {
      const leader = await this.leader();
      if (leader !== undefined) return leader;
      if (performance.now() > end) throw new Error('waited 60 s for a runner to take the lease');
      await sleep(50);
    }
  }

  /** The one that waits for the lease. */
  standby(leader: string): string | undefined {
    return [...this.#processes.keys()].find((userAgent) => userAgent !== leader);
  }

  process(userAgent: string): RunnerProcess {
    const found = this.#processes.get(userAgent);
    if (found === undefined) throw new RangeError(`there is no runner ${userAgent}`);
    return found;
  }

  /** Ends one, by SIGTERM or at once; the other one has no rival for the lease then. */
  async end(userAgent: string, end: 'terminate' | 'kill'): Promise<void> {
    await this.process(userAgent)[end]();
    this.#processes.delete(userAgent);
  }

  /** Ends one, and starts another in its place. */
  async replace(userAgent: string, end: 'terminate' | 'kill'): Promise<void> {
    await this.end(userAgent, end);
    this.start();
  }

  /** Ends all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process[Symbol.asyncDispose]()));
    this.#processes.clear();
  }

  #remember({ body, userAgent }: ProxiedRequest): void {
    const { spec } = JSON.parse(body.toString()) as { spec: { holderIdentity?: string } };
    if (spec.holderIdentity !== undefined && spec.holderIdentity !== '') {
      this.#identities.set(spec.holderIdentity, userAgent);
    }
  }
}

/** Two runners for the tests of the file that calls this at its top level; call what it returns inside the tests. */
export function electedRunnersOfFile(fleet: () => ProvenFleet, of = election): () => ElectedRunners {
  const stack = new AsyncDisposableStack();
  let runners: ElectedRunners | undefined;
  beforeAll(async () => {
    const proxy = stack.use(await startRunnerProxy(fleet().plane));
    runners = stack.use(new ElectedRunners(proxy, fleet().plane.admin, of));
  }, 60_000);
  afterAll(() => stack.disposeAsync(), 60_000);
  return () => {
    if (runners === undefined) throw new Error('the runners of this file did not start; its beforeAll says why');
    return runners;
  };
}
