import { beforeEach, expect, test } from '@jest/globals';
import { assessSettled } from '../../runner/fleet/assess.ts';
import { Blips } from '../../runner/fleet/blips.ts';
import { RolloutBegins } from '../../runner/fleet/rollout-begins.ts';
import { untoldRolloutMs } from '../../runner/fleet/rollout-news.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

const seconds = 1000;
const plan = { revision: 'r2' } as Parameters<typeof untoldRolloutMs>[2]['plan'];

/** A tenant of which was told that it began to roll out at 0 s, and whether it served then. */
function toldTenant(served: boolean): Tenant {
  const at = { observedGeneration: 2, lastTransitionTime: new Date(0).toISOString(), message: '' };
  return {
    metadata: { name: 'acme', generation: 2 },
    status: {
      applied: 'proof',
      revision: { applied: 'r2' },
      conditions: [
        { type: 'Reconciling', status: 'True', reason: 'RollingOut', ...at },
        { type: 'Available', status: served ? 'True' : 'False', reason: 'Serving', ...at },
      ],
    },
  } as unknown as Tenant;
}

let clock: ManualClock;
let isInTrouble: boolean;
/** How much later the wall clock is than it should be. */
let aheadMs: number;
let rest: (ready: number, served?: boolean) => number;

beforeEach(() => {
  clock = new ManualClock();
  isInTrouble = false;
  aheadMs = 0;
  const deps = {
    fights: { of: () => [] },
    outages: new Blips(clock.monotonic),
    pods: { inTrouble: () => isInTrouble },
    records: { textOf: () => 'proof' },
    rollouts: new RolloutBegins({ now: () => clock.now() + aheadMs, monotonic: clock.monotonic }),
  } as unknown as Parameters<typeof untoldRolloutMs>[0];
  rest = (ready, served = true) => {
    const workload = { ready, wanted: 2, created: 2, isRolledOut: false };
    const verdicts = assessSettled({
      workload,
      podProblems: [],
      policyRevision: 'p',
      namespace: 'tenant-acme',
    } as never);
    return untoldRolloutMs(deps, toldTenant(served), { plan, verdicts });
  };
});

test('a rollout that goes on is told after three minutes', async () => {
  expect(rest(1)).toBe(180 * seconds);
  await clock.advance(170 * seconds);
  expect(rest(1)).toBe(10 * seconds);
  await clock.advance(10 * seconds);
  expect(rest(1)).toBe(0);
});

test('a gateway that served is told to be away after a minute of that, not of the rollout', async () => {
  await clock.advance(50 * seconds);
  expect(rest(0)).toBe(60 * seconds);
  await clock.advance(59 * seconds);
  expect(rest(0)).toBe(1 * seconds);
  await clock.advance(1 * seconds);
  expect(rest(0)).toBe(0);
});

test('a gateway that came back begins a new minute when it goes again', async () => {
  rest(0);
  await clock.advance(50 * seconds);
  rest(1);
  await clock.advance(50 * seconds);
  expect(rest(0)).toBe(60 * seconds);
});

test('one that did not serve before is not away, and a pod in trouble is told at once', () => {
  expect(rest(0, false)).toBe(180 * seconds);
  isInTrouble = true;
  expect(rest(1)).toBe(0);
});

test('neither the clock of another replica nor one that is set makes a rollout longer or shorter', async () => {
  // The replica that told the begin is an hour ahead of this one.
  aheadMs = -3600 * seconds;
  expect(rest(1)).toBe(180 * seconds);
  await clock.advance(100 * seconds);
  expect(rest(1)).toBe(80 * seconds);
  for (const hours of [5, -5]) {
    aheadMs = hours * 3600 * seconds;
    expect(rest(1)).toBe(80 * seconds);
  }
  await clock.advance(80 * seconds);
  expect(rest(1)).toBe(0);
});
