/** The outline that is read while opa prints a syntax tree is the one that a walk over the whole tree finds. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OutlineReader } from '../../opa/outline-reader.ts';
import type { RegoOutline, RootReference } from '../../opa/rego-outline.ts';

interface Term {
  readonly type: string;
  readonly value: unknown;
  readonly location: { readonly row: number; readonly col: number };
}

/** Texts that could be taken for the end of a string, or for a root. */
const text = fc.oneof(fc.constantFrom('data', 'input', '\\', '"', '\\"', 'a":{', 'é\n', ''), fc.string());
const location = fc.record({
  file: fc.constant('/tmp/x'),
  row: fc.nat(9),
  col: fc.nat(99),
  text: fc.base64String({ maxLength: 40 }),
});
/** Members of an object in any order. */
const shuffled = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
  fc
    .tuple(fc.record(members), fc.shuffledSubarray(Object.keys(members), { minLength: Object.keys(members).length }))
    .map(([record, keys]) => Object.fromEntries(keys.map((key) => [key, record[key]])));
const term = (type: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  shuffled({ type: fc.constant(type), value, location });

const { any } = fc.letrec<{ any: object }>((tie) => {
  const several = fc.array(tie('any'), { maxLength: 4 });
  const variable = term('var', fc.constantFrom('data', 'input', 'x', '$0'));
  return {
    any: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      variable,
      term('string', text),
      term('number', fc.double({ noNaN: true, noDefaultInfinity: true })),
      term('null', fc.constant({})),
      term(
        'ref',
        fc.tuple(fc.oneof(variable, tie('any')), several).map(([head, steps]) => [head, ...steps]),
      ),
      term(
        'ref',
        fc
          .tuple(variable, fc.array(term('string', text), { maxLength: 3 }), several)
          .map(([head, a, b]) => [head, ...a, ...b]),
      ),
      term('array', several),
      term('call', several),
      term('object', fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 3 })),
      shuffled({ terms: fc.oneof(several, tie('any')), with: several, location }),
    ),
  };
});
const head = fc
  .tuple(
    shuffled({ name: text, key: any, value: any, ref: fc.array(any, { minLength: 1, maxLength: 3 }), location }),
    fc.subarray(['name', 'key', 'value']),
  )
  .map(([whole, without]) => Object.fromEntries(Object.entries(whole).filter(([key]) => !without.includes(key))));
const tree = fc.record({
  package: fc.record({ path: fc.array(any, { maxLength: 3 }) }),
  annotations: fc.array(any, { maxLength: 2 }),
  imports: fc.array(fc.record({ path: any, alias: text, location }), { maxLength: 3 }),
  rules: fc.array(fc.record({ head, body: fc.array(any, { maxLength: 3 }), else: any, location }), { maxLength: 4 }),
});

test('a tree that comes in pieces, cut off anywhere, is outlined as the whole one', () => {
  fc.assert(
    fc.property(
      tree,
      fc.boolean(),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (module, isCompact, lengths) => {
        const printed = JSON.stringify(module, undefined, isCompact ? 0 : 2);
        const reader = new OutlineReader();
        for (let at = 0; at < printed.length;) {
          const length = Number(lengths.next().value ?? 1);
          reader.push(printed.slice(at, at + length));
          at += length;
        }
        expect(sorted(reader.end())).toEqual(sorted(outlineOf(JSON.parse(printed) as typeof module)));
      },
    ),
    { numRuns: 500 },
  );
});

test.each(['', '{', '{"rules": [', '{"rules": []}}', '{} {}', '{"rules": [{"head": {"name": "a', '}'])(
  'what is no whole tree is a failure of opa: %j',
  (printed) => {
    const read = (): RegoOutline => {
      const reader = new OutlineReader();
      reader.push(printed);
      return reader.end();
    };
    expect(read).toThrow(expect.objectContaining({ code: 'opa.failed' }));
  },
);

/** Those at one place have no order. */
function sorted({ rules, ...references }: RegoOutline): unknown {
  const inOrder = (found: readonly RootReference[]): string[] => found.map((one) => JSON.stringify(one)).sort();
  return [rules, inOrder(references.dataReferences), inOrder(references.inputReferences)];
}

interface Head {
  readonly name?: string;
  readonly key?: object;
  readonly value?: object;
  readonly ref: readonly Term[];
  readonly location: Term['location'];
}

/** As plainly as it can be said, with all of the tree in memory. */
function outlineOf({
  imports,
  rules,
}: {
  readonly imports: unknown;
  readonly rules: readonly { head: unknown }[];
}): RegoOutline {
  const heads = rules.map(({ head: one }) => one as Head);
  return {
    rules: heads.map(({ name, key, value, ref, location: { row, col } }) => ({
      name: name ?? scalarOf(ref[0]),
      addsToSet: key !== undefined && value === undefined && ref.length === 1,
      row,
      column: col,
    })),
    dataReferences: referencesIn([imports, rules], 'data'),
    inputReferences: referencesIn([imports, rules], 'input'),
  };
}

function scalarOf(one: Term | undefined): string {
  const value = one?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function referencesIn(node: unknown, root: string): RootReference[] {
  if (Array.isArray(node)) return node.flatMap((member) => referencesIn(member, root));
  if (node === null || typeof node !== 'object') return [];
  const { type, value, location: place } = node as Term;
  const isRoot = (one: unknown): boolean => (one as Term | undefined)?.type === 'var' && (one as Term).value === root;
  if (type === 'ref' && isRoot((value as Term[])[0])) {
    const [first, ...steps] = value as [Term, ...Term[]];
    const end = steps.findIndex((step) => step.type !== 'string');
    const path = steps.slice(0, end === -1 ? steps.length : end).map((step) => String(step.value));
    return [{ path, row: first.location.row, column: first.location.col }, ...referencesIn(steps, root)];
  }
  if (isRoot(node)) return [{ path: [], row: place.row, column: place.col }];
  return Object.values(node).flatMap((member) => referencesIn(member, root));
}
