/** Lists of questions, some of which policy cannot be evaluated on. */
import { beforeAll, expect, test } from '@jest/globals';
import { decideAll } from '../../opa/decide.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

let opa: string;
beforeAll(async () => {
  opa = await realOpa();
}, opaBuildMs);

/** Decides with one rule `v`; an error is told by its module and built-in. */
function decide(rule: string, inputs: readonly unknown[]): Promise<unknown[]> {
  return decideAll<unknown>({
    opa,
    modules: { 'x.rego': `package x\n\n${rule}\n` },
    policies: [{ levels: [{ size: 1 }] }, { levels: [{ size: 2 }, { size: 3 }] }],
    questions: inputs.map((input, index) => ({ policy: index % 2, input })),
    query: 'data.x.v',
    onError: (message) => message.split(':').slice(0, 2).join(),
  });
}

test('each question has the answer of its own policy, in order', async () => {
  expect(await decide('v := [input, count(data.policy.levels), data.policy.levels[0].size]', ['a', 'b', 'c'])).toEqual([
    ['a', 1, 1],
    ['b', 2, 2],
    ['c', 1, 1],
  ]);
});

test('questions that err do not disturb the others, and need no run of opa each', async () => {
  const inputs = Array.from({ length: 3000 }, (_, index) => (index % 2 === 0 ? String(index) : `x${index}`));
  const started = performance.now();
  expect(await decide('v := to_number(input)', inputs)).toEqual(
    inputs.map((input, index) => (index % 2 === 0 ? Number(input) : 'x.rego, to_number')),
  );
  // One run of opa takes at least 10 ms.
  expect(performance.now() - started).toBeLessThan(15_000);
});

test('an error is found, too, when opa has more of them to tell than it may print', async () => {
  const rule = 'v := count([1 | some i in numbers.range(1, input); to_number(sprintf("x%d", [i]))])';
  const many = `${rule} if input > 1\n\nv := 0 if input == 1`;
  expect(await decide(many, [1, 60_000, 1, 1])).toEqual([0, 'x.rego, to_number', 0, 0]);
});

test('a question that does not come to an end is an error of its own', async () => {
  const rule = 'v := count([1 | some _ in numbers.range(1, input); some _ in numbers.range(1, input)])';
  const answers = await decide(rule, [1, 2, 50_000, 3]);
  expect(answers).toEqual([1, 4, 'it does not come to an end in time', 9]);
});
