import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emitYaml } from '../../../constructs/synth/yaml/emit.ts';
import { readWithGo } from '../../go-yaml/go-reader.ts';
import { awkwardTexts, plainData, seed } from './awkward-values.ts';

beforeAll(() => {
  expect(readWithGo(['a: yes'])[0]?.kubernetes.json).toStrictEqual({ a: true });
}, 180_000);

function expectSame(values: readonly unknown[]): void {
  const answers = readWithGo(values.map(emitYaml));
  values.forEach((json, index) => {
    expect(answers[index]).toStrictEqual({ kubernetes: { json }, kustomize: { json } });
  });
}

// Before the test of the fixed texts: their keys with backslashes confuse JSON.parse (awkward-values.ts), and with it this one.
test('any plain data comes back unchanged from the Go readers of kubectl and Flux', () => {
  fc.assert(
    fc.property(fc.array(plainData, { minLength: 200, maxLength: 200 }), (values) => {
      expectSame(values);
    }),
    { seed, numRuns: 10 },
  );
}, 60_000);

test('every awkward text comes back unchanged from the Go readers of kubectl and Flux, as key, value, item and document', () => {
  expectSame(
    awkwardTexts.map((text) => ({ [text]: text, list: [text, [text], { [text]: text }], deep: { deep: text } })),
  );
  expectSame(awkwardTexts);
});
