/** What the webhook costs the runner: nobody who reaches the port gets more of the event loop than a share. */
import { once } from 'node:events';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { Callers } from '../../runner/admission/callers.ts';
import type { Caller } from '../../runner/admission/callers.ts';
import { judgeRequest } from '../../runner/admission/judge-request.ts';
import type { JudgeDeps } from '../../runner/admission/judge-request.ts';
import { longestBody } from '../../runner/admission/request-body.ts';
import type { AdmissionJudge } from '../../runner/admission/review.ts';
import { mostValues } from '../../runner/admission/text-size.ts';
import { tenantsMadeWorse } from '../../runner/admission/tenants-below.ts';
import { inTurn, Turns } from '../../runner/admission/turns.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import type { Clock } from '../../runner/kube/clock.ts';
import type { Flood, FloodOutcome } from './admission-flood.ts';
import { reviewOf, startWebhook, tenantGateway } from './admission-support.ts';
import { live, liveInputs } from './runner-support/live-inputs.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';
import { readsOf } from './runner-support/stored-objects.ts';

const open = new AbortController().signal;

describe('callers', () => {
  test('spend their own share first, and get an eighth of the time back', async () => {
    const clock = new ManualClock();
    const callers = new Callers(clock);
    callers.of('10.0.0.1').charge(5000);
    expect(callers.of('10.0.0.1').isSpent).toBe(true);
    expect(callers.of('10.0.0.2').isSpent).toBe(false);
    await clock.advance(8000);
    expect(callers.of('10.0.0.1').left).toBe(1000);
    callers.of('10.0.0.1').charge(2000);
    await clock.advance(8000);
    expect(callers.of('10.0.0.1').isSpent).toBe(true);
  });

  test('have less than half of the time all together', async () => {
    const clock = new ManualClock();
    const callers = new Callers(clock);
    const many = Array.from({ length: 20 }, (_, index) => callers.of(`10.0.0.${index}`));
    let spentMs = 0;
    const spendAll = (): void => {
      for (const caller of many) {
        while (!caller.isSpent) {
          caller.charge(10);
          spentMs += 10;
        }
      }
    };
    spendAll();
    expect(spentMs).toBe(10_000);
    for (let second = 0; second < 100; second += 1) {
      await clock.advance(1000);
      spendAll();
    }
    expect(spentMs).toBeLessThan(10_000 + 0.4 * 100_000);
    expect(callers.of('10.0.1.1').isSpent).toBe(true);
  });

  test('are forgotten when there are many, those that spent first of all not', () => {
    const callers = new Callers(new ManualClock());
    callers.of('greedy').charge(5000);
    callers.of('connected').connections += 1;
    for (let index = 0; index < 5000; index += 1) callers.of(`10.0.${index >> 8}.${index & 255}`);
    expect(callers.of('greedy').isSpent).toBe(true);
    expect(callers.of('connected').connections).toBe(1);
  });
});

describe('turns', () => {
  /** Work takes as long as it says, and rests are over at once. */
  class WorkClock implements Clock {
    readonly rests: number[] = [];
    #now = 0;
    readonly now = (): number => this.#now;
    readonly monotonic = (): number => this.#now;
    readonly after = (ms: number, call: () => void): (() => void) => {
      this.rests.push(ms);
      const due = setImmediate(call);
      return () => clearImmediate(due);
    };

    work(ms: number): void {
      this.#now += ms;
    }
  }

  interface Order {
    readonly clock: WorkClock;
    readonly done: string[];
    readonly take: (who: string, ms: number, signal?: AbortSignal) => Promise<void>;
    readonly callers: Callers;
  }

  const order = (): Order => {
    const clock = new WorkClock();
    const callers = new Callers(clock);
    const turns = new Turns(clock);
    const done: string[] = [];
    const take: Order['take'] = (who, ms, signal = open) =>
      turns.of(
        callers.of(who),
        signal,
      )(() => {
        clock.work(ms);
        done.push(who);
      });
    return { clock, done, take, callers };
  };

  test('that take long are followed by as long a rest; short ones share one turn of the loop', async () => {
    const { clock, done, take } = order();
    const asked = [take('a', 400), take('a', 1), take('a', 2), take('a', 3)];
    await turn();
    expect(done).toEqual(['a']);
    expect(clock.rests).toEqual([400]);
    await turn();
    await turn();
    expect(done).toHaveLength(4);
    await Promise.all(asked);
    expect(clock.rests).toEqual([400]);
  });

  test('go to whoever has spent least', async () => {
    const { done, take } = order();
    await take('greedy', 100);
    await Promise.all([take('greedy', 100), take('greedy', 100), take('other', 1), take('greedy', 100)]);
    expect(done).toEqual(['greedy', 'other', 'greedy', 'greedy', 'greedy']);
  });

  test('end with the share, and with the interest of who asked', async () => {
    const { clock, take, callers } = order();
    await take('greedy', 5000);
    await expect(take('greedy', 1)).rejects.toMatchObject({ name: 'ShedReviewError', status: 503 });
    await expect(take('other', 1, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    clock.work(1000);
    await take('greedy', 1);
    expect(callers.of('greedy').left).toBeCloseTo(124 + 1 / 8, 3);
  });

  test('are found by what they start, so that it is charged to the same caller', async () => {
    const clock = new WorkClock();
    const caller: Caller = new Callers(clock).of('a');
    const tenants = ['t0', 't1', 't2'].map((name) => live('TenantGateway', name, {}) as Tenant);
    const after = (): [] => {
      clock.work(200);
      return [];
    };
    const { looked } = await new Turns(clock).of(
      caller,
      open,
    )(() => ({
      looked: tenantsMadeWorse(tenants, { before: () => [], after }, open),
    }));
    expect(await looked).toEqual({ affected: [], warnings: [] });
    expect(caller.left).toBeLessThan(5000 - 3 * 200 * (7 / 8));
    expect(clock.rests).toEqual([200, 200, 200]);
    expect(await inTurn(() => 'without a review')).toBe('without a review');
  });
});

const { inputs } = liveInputs({
  GatewayProfile: { default: {} },
  TenantGateway: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`t${index}`, {}])),
});
const deps: JudgeDeps = {
  inputs,
  assets: loadAssets(),
  reads: readsOf(inputs).reads,
  brokenMs: () => 0,
  rego: { judge: () => Promise.reject(new Error('no bundle here has Rego')) },
};

const list = (count: number, item: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, at) => item(at));
const many = mostValues - 1000;

/** What costs most of what is read at all. */
const worst = {
  'a list that is far too long': reviewOf(
    tenantGateway({ policy: { tools: { allow: list(many, (at) => `t${at}`) } } }),
  ),
  'unknown fields': reviewOf(
    tenantGateway(Object.fromEntries(list(many, (at) => [`field${at}`, at]) as [string, number][])),
  ),
  'settings that OpenClaw does not know': reviewOf(
    tenantGateway({
      openclaw: { config: Object.fromEntries(list(many / 2, (at) => [`k${at}`, [at]]) as [string, number[]][]) },
    }),
  ),
  'a bundle of rules': reviewOf(
    live('PolicyBundle', 'base', { rules: { tools: { deny: list(many, (at) => `t${at}`) } } }),
    {
      kind: 'PolicyBundle',
      name: 'base',
    },
  ),
  'a body as long as any': reviewOf(tenantGateway({ organization: 'a-'.repeat(longestBody / 2 - 1000) })),
};

function startFlood(flood: Flood): Promise<FloodOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./admission-flood.ts', import.meta.url), { workerData: flood });
    worker.once('message', resolve).once('error', reject);
  });
}

interface UnderFlood {
  /** Longest that the event loop was held, in milliseconds. */
  readonly heldMs: number;
  /** Longest that another caller waited for a verdict, in milliseconds. */
  readonly waitedMs: number;
}

async function underFlood(): Promise<UnderFlood> {
  await using webhook = await startWebhook((request, signal) => judgeRequest(deps, request, signal));
  const ordinary = JSON.stringify(reviewOf(tenantGateway({ organization: 'acme' })));
  await webhook.ask(ordinary, { localAddress: '127.0.0.2' });
  const bodies = Object.values(worst).map((review) => JSON.stringify(review));
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const began = performance.eventLoopUtilization();
  const flood = startFlood({
    port: webhook.port,
    ca: webhook.ca,
    localAddress: '127.0.0.1',
    bodies,
    connections: 8,
    lastsMs: 6000,
  });
  const over = new AbortController();
  const outcome = flood.finally(() => over.abort());
  await sleep(500);
  delay.enable();
  const waits: number[] = [];
  while (!over.signal.aborted) {
    const asked = performance.now();
    const { response } = await webhook.ask(ordinary, { localAddress: '127.0.0.2' });
    expect(response).toMatchObject({ allowed: true });
    waits.push(performance.now() - asked);
    await sleep(50);
  }
  delay.disable();
  const used = performance.eventLoopUtilization(began).utilization;
  const [heldMs, waitedMs] = [delay.max / 1e6, Math.max(...waits)];
  process.stderr.write(
    `flood ${JSON.stringify(await outcome)}: loop held ${Math.round(heldMs)} ms at most, ${Math.round(used * 100)} % of it in use; ` +
      `${waits.length} verdicts for another, the last after ${Math.round(waitedMs)} ms\n`,
  );
  expect(waits.length).toBeGreaterThan(3);
  return { heldMs, waitedMs };
}

test('under a flood of the worst bodies timers go on, and another caller has its verdicts', async () => {
  // No speed is judged: a renewal of the lease has 5 s, and so long does an API server wait for a verdict. The best of three floods at
  // most: a machine that stalls may spoil one.
  const isBorne = ({ heldMs, waitedMs }: UnderFlood): boolean => heldMs < 5000 && waitedMs < 5000;
  const floods = [await underFlood()];
  while (floods.length < 3 && !floods.some(isBorne)) floods.push(await underFlood());
  expect(floods.filter(isBorne)).toHaveLength(1);
}, 60_000);

test('who has spent its share is turned away before its body is read, and others are not', async () => {
  let heldMs = 0;
  const clock: Clock = {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() + heldMs,
    // The rest after a turn that took so long need not be waited for.
    after: (ms, call) => systemClock.after(ms > 5000 ? 10 : ms, call),
  };
  const judge: AdmissionJudge = ({ object }) => {
    heldMs += (object as { spec: { heldMs: number } }).spec.heldMs;
    return Promise.resolve({ problems: [], warnings: [] });
  };
  await using webhook = await startWebhook(judge, clock);
  const review = (ms: number): string => JSON.stringify(reviewOf(tenantGateway({ heldMs: ms })));
  const greedy = { localAddress: '127.0.0.3' };
  const socket = connect({ host: '127.0.0.1', port: webhook.port, ca: webhook.ca, ...greedy });
  await once(socket, 'secureConnect');
  expect((await webhook.ask(review(9000), greedy)).status).toBe(200);
  // Of this one the body never comes.
  socket.write('POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n');
  expect(String((await once(socket, 'data', { signal: AbortSignal.timeout(5000) }))[0])).toMatch(/^HTTP\/1\.1 503 /);
  // The connection that is open has an answer, and is the last one.
  expect((await webhook.ask(review(0), greedy)).status).toBe(503);
  await expect(webhook.ask(review(0), greedy)).rejects.toThrow();
  expect((await webhook.ask(review(0))).status).toBe(200);
  heldMs += 60_000;
  expect((await webhook.ask(review(0), greedy)).status).toBe(200);
  expect(webhook.lines).toEqual([]);
  expect(await webhook.metrics()).toContain('cellwright_admission_requests_total{verdict="shed"} 3');
});
