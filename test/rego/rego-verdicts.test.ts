/** Verdicts on Rego in the runner: asked once, bounded, and given up when nobody waits. */
import { beforeAll, expect, test } from '@jest/globals';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { OpaError } from '../../opa/opa-error.ts';
import type { Bundle } from '../../runner/fleet/inputs.ts';
import { Judge } from '../../runner/fleet/judge.ts';
import { nextLook } from '../../runner/fleet/shared-pass.ts';
import { RegoVerdicts } from '../../runner/rego/rego-verdicts.ts';
import { live, liveInputs } from '../unit/runner-support/live-inputs.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const assets = loadAssets();
const { capabilities } = assets;
const forever = new AbortController().signal;
let opa: string;
beforeAll(async () => {
  opa = await realOpa();
}, opaBuildMs);

const bundle = (rego: string, name = 'acme') => ({ name, spec: { rego } });
const sound = 'deny contains "x" if input.name == "exec"';
const slow =
  'deny contains "x" if {\n  some a in numbers.range(1, 3000)\n  some b in numbers.range(1, 3000)\n  a * b == -1\n}';

/** Verdicts, how often opa was asked for, and a clock that stands still. */
function verdicts(findOpa = () => Promise.resolve(opa)): {
  of: RegoVerdicts;
  asked: () => number;
  pass: (ms: number) => void;
} {
  let [asked, now] = [0, 0];
  const of = new RegoVerdicts({
    findOpa: () => {
      asked += 1;
      return findOpa();
    },
    capabilities,
    monotonic: () => now,
  });
  return { of, asked: () => asked, pass: (ms) => (now += ms) };
}

test('equal Rego is judged once, whoever asks, and other Rego by itself', async () => {
  const { of, asked } = verdicts();
  expect(of.known(bundle(sound))).toBeUndefined();
  const [first] = await Promise.all([1, 2, 3].map(() => of.judge(bundle(sound), forever)));
  expect(first).toEqual({ problems: [], unchecked: undefined, isFinal: true });
  await of.judge(bundle(sound), forever);
  expect(asked()).toBe(1);
  expect(of.known(bundle(sound))).toEqual(first);
  const { problems } = await of.judge(bundle('deny contains "x" if http.send({})'), forever);
  expect(problems.map(({ code }) => code)).toEqual(['bundle.rego']);
  expect(asked()).toBe(2);
});

test('a failure of opa is no verdict: it is tried again later', async () => {
  let missing = true;
  const { of, asked, pass } = verdicts(() =>
    missing ? Promise.reject(new OpaError('opa.missing', 'opa is not here')) : Promise.resolve(opa),
  );
  expect(await of.judge(bundle(sound), forever)).toEqual({
    problems: [],
    unchecked: 'opa is not here',
    isFinal: false,
  });
  missing = false;
  expect((await of.judge(bundle(sound), forever)).unchecked).toBe('opa is not here');
  pass(30_000);
  expect((await of.judge(bundle(sound), forever)).unchecked).toBeUndefined();
  expect(asked()).toBe(2);
});

test('Rego that never ends is refused, keeps others waiting one at a time, and is given up when nobody waits', async () => {
  const { of } = verdicts();
  const impatient = new AbortController();
  const first = of.judge(bundle(slow), impatient.signal);
  const after = of.judge(bundle(sound), forever);
  setTimeout(() => impatient.abort(new Error('gone')), 300);
  await expect(first).rejects.toThrow('gone');
  const gone = performance.now();
  expect((await after).problems).toEqual([]);
  const freeMs = performance.now() - gone;
  expect(of.known(bundle(slow))).toBeUndefined();
  const began = performance.now();
  const again = await of.judge(bundle(slow), forever);
  // The slow one was ended, not waited for.
  expect(freeMs).toBeLessThan((performance.now() - began) / 2);
  expect(again.problems.map(({ code }) => code)).toEqual(['bundle.rego-slow']);
  expect(again.isFinal).toBe(false);
}, 60_000);

test('a verdict for want of time is due again, later each time, until it is final', async () => {
  const { of, pass } = verdicts();
  const judge = new Judge({ assets, inputs: liveInputs({}).inputs, rego: of });
  const object = (rego: string): Bundle => live('PolicyBundle', 'acme', { rego }) as Bundle;
  for (const dueMs of [300_000, 600_000, 1_200_000, 2_400_000, 3_600_000, 3_600_000]) {
    await of.judge(bundle(slow), forever);
    expect(nextLook(judge, object(slow))).toEqual({ type: 'after', ms: dueMs });
    pass(dueMs);
    expect(nextLook(judge, object(slow))).toEqual({ type: 'after', ms: 1000 });
  }
  expect(nextLook(judge, object(sound))).toEqual({ type: 'retry' });
  await of.judge(bundle(sound), forever);
  expect(nextLook(judge, object(sound))).toEqual({ type: 'settled' });
}, 120_000);
