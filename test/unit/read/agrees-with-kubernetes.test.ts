import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocuments } from '../../../files/read/parse-documents.ts';
import { readWithGo } from '../../go-yaml/go-reader.ts';
import { seed } from '../yaml/awkward-values.ts';

beforeAll(() => {
  readWithGo([]);
}, 180_000);

const pieces = [
  ...[
    'a',
    'b',
    'key',
    ': ',
    ':',
    '\n',
    '\n  ',
    '\n    ',
    '\n- ',
    '- ',
    '- a\n',
    '  ',
    '"',
    "'",
    '#',
    ' #',
    '{',
    '}',
    '[',
    ']',
  ],
  ...[
    ', ',
    '&a ',
    '*a',
    '|',
    '>',
    '|-\n  ',
    '!',
    '<<',
    '=',
    '?',
    '? ',
    '\t',
    '\\n',
    '\\x41',
    '%',
    '\r',
    '\u0085',
    '\u2028',
  ],
  ...[
    '\ufeff',
    '\u00a0',
    'é',
    '...\n',
    '@',
    '1',
    '0',
    '_',
    '.',
    '+',
    '-',
    '~',
    'yes',
    'null',
    '2026-01-02',
    'T10:00:00Z',
  ],
];
const soup = (maxLength: number) => fc.array(fc.constantFrom(...pieces), { maxLength }).map((parts) => parts.join(''));
const word = fc
  .array(fc.constantFrom(...Array.from('0123456789abefxon_.:+-yYNTFEI~<= ')), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));

const document = fc.oneof(
  soup(10).map((text) => `a: ${text}`),
  word.map((text) => `k: ${text}`),
  word.map((text) => `${text}: k`),
  fc.tuple(soup(5), soup(5)).map(([key, item]) => `m:\n  ${key}: x\n  l:\n  - ${item}\n`),
);

test('whatever is read without a problem, Kubernetes reads as the same value or not at all', () => {
  fc.assert(
    fc.property(fc.array(document, { minLength: 500, maxLength: 500 }), (texts) => {
      const read = texts
        .filter((text) => !/^(?:---|\.\.\.)/m.test(text))
        .map((text) => ({ text, ...parseDocuments('f.yaml', text) }))
        .filter(({ documents, problems }) => problems.length === 0 && documents.length === 1);
      const answers = readWithGo(read.map(({ text }) => text));
      read.forEach(({ text, documents }, index) => {
        const { kubernetes } = answers[index] ?? {};
        if (kubernetes?.error === undefined) {
          expect({ text, value: kubernetes?.json }).toStrictEqual({ text, value: documents[0]?.value });
        }
      });
    }),
    { seed, numRuns: 10 },
  );
}, 60_000);
