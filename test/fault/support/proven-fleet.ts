/** The two control planes of a fault test: one on which things go wrong, and one on which nothing does, to compare with. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { startControlPlane } from '../../api/support/control-plane.ts';
import type { TestControlPlane } from '../../api/support/control-plane.ts';
import { installPlatform } from '../../api/support/installed-platform.ts';
import { createObject, startTestRunner } from '../../api/support/running-fleet.ts';
import { endStateOf } from './end-state.ts';
import type { EndState } from './end-state.ts';
import { keepPodsReady } from './ready-pods.ts';

/** See above. */
export interface ProvenFleet {
  /** Where things go wrong. */
  readonly plane: TestControlPlane;
  /** Where one runner works that nothing ever happens to. */
  readonly fresh: TestControlPlane;
}

/** Starts both for the tests of the file that calls this at its top level; call what it returns inside the tests. */
export function provenFleetOfFile(): () => ProvenFleet {
  const stack = new AsyncDisposableStack();
  let fleet: ProvenFleet | undefined;
  beforeAll(async () => {
    const plane = stack.use(await startControlPlane());
    const fresh = stack.use(await startControlPlane());
    for (const one of [plane, fresh]) {
      await installPlatform(one);
      await createObject(one, 'PolicyBundle', {
        name: 'base',
        spec: { rules: { tools: { requireApproval: ['message'] } } },
      });
      stack.use(keepPodsReady(one.client));
    }
    stack.use(await startTestRunner(fresh));
    fleet = { plane, fresh };
  }, 20 * 60_000);
  afterAll(() => stack.disposeAsync(), 60_000);
  return () => {
    if (fleet === undefined) throw new Error('the control planes of this file did not start; its beforeAll says why');
    return fleet;
  };
}

/** The state of a tenant on the undisturbed control plane, once it is reached and stays. */
export async function freshState({ fresh }: ProvenFleet, tenant: string, isReached = isReady): Promise<EndState> {
  let before: EndState = {};
  let last: EndState = {};
  await untilState(fresh, tenant, (state) => {
    before = last;
    last = state;
    return isReached(state) && isDeepStrictEqual(state, before);
  });
  return last;
}

/** Ready with the present spec, and nothing on its way out. */
export function isReady(state: EndState): boolean {
  const status = state['status'] as { isObserved: boolean; conditions: string[] } | undefined;
  const isDeleting = Object.values(state).some((object) => (object as { isDeleting?: boolean }).isDeleting === true);
  return status?.isObserved === true && status.conditions.some((text) => text.startsWith('Ready=True')) && !isDeleting;
}

/** The tenant's object is gone and everything that goes with it. */
export function isDeleted(state: EndState): boolean {
  return state['status'] === undefined && Object.keys(state).every((key) => isKept.test(key));
}

const isKept = /^(Namespace|PersistentVolumeClaim|Secret)\//;

/** What {@link expectState} compares. */
export interface StateExpectation {
  /** From {@link freshState}. */
  readonly wanted: EndState;
  /** Also how often pods were rolled: only where both clusters saw the same changes of the spec, one by one. */
  readonly withRollouts?: boolean;
  /** @default 120 */
  readonly seconds?: number;
}

/** Waits for the state of a fresh build; when it does not come, the difference is the failure. */
export async function expectState(
  { admin }: TestControlPlane,
  tenant: string,
  { wanted, withRollouts = false, seconds = 120 }: StateExpectation,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const expected = comparable(wanted, withRollouts);
  for (;;) {
    const state = comparable(await endStateOf(admin, tenant), withRollouts);
    if (isDeepStrictEqual(state, expected)) return;
    if (performance.now() > end) expect(state).toEqual(expected);
    await sleep(250);
  }
}

/** The uid of a Secret is no part of a state that two clusters share; that there is one of them is. */
function comparable(state: EndState, withRollouts: boolean): EndState {
  const secretCount = Object.keys(state).filter((key) => key.startsWith('Secret/')).length;
  const entries = Object.entries(state)
    .filter(([key]) => withRollouts || key !== 'rollouts')
    .map(([key, value]) => [key.replace(/#.*/, ''), value] as const);
  return { ...Object.fromEntries(entries), secretCount };
}

/** Waits until a tenant's state is of a form. */
export async function untilState(
  { admin }: TestControlPlane,
  tenant: string,
  isThere: (state: EndState) => boolean,
): Promise<void> {
  const end = performance.now() + 120_000;
  for (;;) {
    const state = await endStateOf(admin, tenant);
    if (isThere(state)) return;
    if (performance.now() > end) throw new Error(`waited 120 s for ${tenant}: ${JSON.stringify(state, null, 1)}`);
    await sleep(250);
  }
}
