import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { load, loadAll } from 'js-yaml';
import { sharePart } from '../../../constructs/synth/shared-part.ts';
import { emitDocuments, emitPieces, emitYaml } from '../../../constructs/synth/yaml/emit.ts';
import { EmitError } from '../../../constructs/synth/yaml/refusal.ts';
import { joinPieces } from '../../../constructs/synth/yaml/shared-text.ts';
import { awkwardTexts, plainData, seed } from './awkward-values.ts';

describe('what emitYaml writes', () => {
  test('reads well: block style, lists under their key, texts of several lines as they are', () => {
    const object = {
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: {}, annotations: { 'a.b/c': 'yes' } },
      data: { 'a.rego': 'package a\n\nx := 1\n', 'b.txt': 'one\n  two' },
      list: [{ port: 443, name: 'https' }, ['--port=1', '500m', '1.2'], [], 'a: b', 1.5, 1e-7, null],
    };
    expect(emitYaml(object)).toBe(`kind: ConfigMap
metadata:
  name: a
  labels: {}
  annotations:
    a.b/c: "yes"
data:
  a.rego: |
    package a

    x := 1
  b.txt: |-
    one
      two
list:
- port: 443
  name: https
- - --port=1
  - 500m
  - "1.2"
- []
- "a: b"
- 1.5
- 1.0e-7
- null
`);
  });

  test('comes back unchanged through js-yaml, keys included, for any plain data', () => {
    fc.assert(
      fc.property(plainData, (value) => {
        expect(load(emitYaml(value))).toStrictEqual(value);
      }),
      { seed, numRuns: 3000 },
    );
  });

  test.each(awkwardTexts.map((text) => [JSON.stringify(text).slice(0, 40), text]))(
    'carries %s as key, value, item and document',
    (_, text) => {
      const value = { [text]: text, list: [text, [text], { [text]: text }], deep: { deep: text } };
      expect(load(emitYaml(value))).toStrictEqual(value);
      expect(load(emitYaml(text))).toBe(text);
    },
  );

  test('hides no character that a reviewer cannot see', () => {
    expect(emitYaml(['a\u202eb', 'a\u200bb', 'a\u00a0b', 'a\u{e0041}b', 'a\u2028b\n', 'über'])).toBe(
      '- "a\\u202Eb"\n- "a\\u200Bb"\n- "a\\xA0b"\n- "a\\U000E0041b"\n- "a\\u2028b\\n"\n- "über"\n',
    );
  });

  test('keeps documents apart, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), plainData, { noNullPrototype: true }), { maxLength: 4 }),
        (values) => {
          expect(loadAll(emitDocuments(values))).toStrictEqual(values);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test('keeps the order of members, leaves out undefined ones, and gives the same bytes for the same data', () => {
    const value = { b: 1, a: { y: undefined, x: { only: undefined } }, list: [{ gone: undefined }] };
    expect(emitYaml(value)).toBe('b: 1\na:\n  x: {}\nlist:\n- {}\n');
    expect(emitYaml(value)).toBe(emitYaml(structuredClone(value)));
  });

  test('is the same text in pieces, where a long one that was written twice before is shared', () => {
    const value = { before: 1, long: 'ü: 2\n'.repeat(300), after: [{}] };
    const [first, second, again] = [emitPieces([value]), emitPieces([value]), emitPieces([value])];
    const elsewhere = emitPieces([[[value]]]);
    expect(second).toStrictEqual(first);
    expect(first).toStrictEqual([emitYaml(value)]);
    expect(again.map((piece) => typeof piece)).toStrictEqual(['string', 'object', 'string']);
    expect(
      again.map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece.bytes).toString())).join(''),
    ).toBe(emitYaml(value));
    expect(load(joinPieces(elsewhere))).toStrictEqual([[value]]);
  });

  test('is the same text for shared parts, wherever they stand', () => {
    fc.assert(
      fc.property(fc.array(plainData, { maxLength: 3 }), (values) => {
        const parts = structuredClone(values).map((value) =>
          typeof value === 'object' && value !== null ? sharePart(value) : value,
        );
        const around = (list: readonly unknown[]) => [{ a: list, b: [{ c: list }], d: [list, list] }, list];
        expect(emitDocuments(around(parts))).toBe(emitDocuments(around(values)));
        expect(emitDocuments(around(parts))).toBe(emitDocuments(around(values)));
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('what emitYaml refuses, with the path', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const cases: readonly [string, unknown, string, RegExp][] = [
    ['NUL', 'a\0b', 'spec.list[1]', /NUL/],
    ['half a surrogate pair', 'a\ud800', 'spec.list[1]', /surrogate/],
    ['half a surrogate pair in several lines', 'a\n\udc00', 'spec.list[1]', /surrogate/],
    ['NaN', NaN, 'spec.list[1]', /NaN has no JSON form/],
    ['Infinity', -Infinity, 'spec.list[1]', /-Infinity has no JSON form/],
    ['-0', -0, 'spec.list[1]', /-0/],
    ['an integer beyond 2^53', 2 ** 53, 'spec.list[1]', /beyond 2\^53/],
    ['a bigint', 1n, 'spec.list[1]', /bigint/],
    ['a function', () => 1, 'spec.list[1]', /function/],
    ['a symbol', Symbol('a'), 'spec.list[1]', /symbol/],
    ['undefined in a list', undefined, 'spec.list[1]', /undefined/],
    ['a Date', new Date(0), 'spec.list[1]', /Date instance/],
    ['a Map', new Map([['a', 1]]), 'spec.list[1]', /Map instance/],
    ['a class instance', new EmitError('', ''), 'spec.list[1]', /EmitError instance/],
    ['a bad key', { 'a\0': 1 }, 'spec.list[1]["a\\u0000"]', /key.*NUL/],
    ['a cycle', cycle, 'spec.list[1].self.self.self', /holds itself/],
  ];
  test.each(cases)('%s', (...[, value, path, reason]) => {
    const emit = () => emitYaml({ metadata: { name: 'fine' }, spec: { list: ['fine', value] } });
    expect(emit).toThrow(expect.objectContaining({ code: 'yaml.unwritable', path }));
    expect(emit).toThrow(reason);
  });

  test('names the document among several', () => {
    expect(() => emitDocuments([{}, { a: NaN }])).toThrow(expect.objectContaining({ path: '[1].a' }));
  });
});
