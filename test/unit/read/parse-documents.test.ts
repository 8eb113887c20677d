import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { arrangeProblems, formatProblem } from '../../../files/problem.ts';
import { parseDocuments } from '../../../files/read/parse-documents.ts';

const lines = (text: string) => parseDocuments('f.yaml', text).problems.map(formatProblem);
const codes = (text: string) => parseDocuments('f.yaml', text).problems.map(({ code }) => code);
const values = (text: string) => parseDocuments('f.yaml', text).documents.map(({ value }) => value);

describe('a scalar without quotes', () => {
  const refused = [
    ...[
      'yes',
      'No',
      'ON',
      'off',
      'y',
      'N',
      '012',
      '0o17',
      '0x1f',
      '0b1',
      '1_000',
      '+1',
      '-0',
      '1e3',
      '1.',
      '.5',
      '1:30',
    ],
    ...['00:11:22:33:44:55', '.inf', '-.INF', '.nan', '<<', '123456789012345678', '1E-2', '08'],
  ];
  test.each(refused)('%s is refused as a value, with the quoted form', (word) => {
    const { problems } = parseDocuments('f.yaml', `spec:\n  a: ${word}\n`);
    const [problem] = problems;
    expect(problem).toMatchObject({ path: 'spec.a', line: 2, column: 6 });
    expect(word === '<<' ? problem?.code : problem?.fix).toContain(word === '<<' ? 'yaml.merge-key' : `"${word}"`);
  });

  test.each([...refused, 'true', 'null', '~', '1.5'])('%s is refused as a key', (word) => {
    expect(codes(`spec:\n  ${word}: a\n`)).toHaveLength(1);
  });

  test.each([
    ...[
      '12',
      '-7',
      '1.5',
      'true',
      'False',
      'null',
      '~',
      '',
      'yes!',
      'nope',
      '1.2.3',
      '10.0.0.1',
      '10.0.0.0/8',
      '2001:db8::1',
    ],
    ...[
      '500m',
      '2Gi',
      '2026-11-23',
      '2026-11-23T10:00:00Z',
      '9007199254740991',
      '"012"',
      "'yes'",
      'v1e3',
      '=',
      '12ab',
      '0.10',
    ],
  ])('%s is read as js-yaml reads it', (word) => {
    expect(lines(`a: ${word}\n"b": [${word === '' ? 'x' : word}]\n`)).toStrictEqual([]);
    expect(values(`a: ${word}\n`)).toStrictEqual([load(`a: ${word}\n`)]);
  });

  test('does not hide the other problems of its object', () => {
    expect(values('a: yes\nb: 1\n')).toStrictEqual([{ a: 'yes', b: 1 }]);
  });
});

describe('what is wrong with a text', () => {
  test('is reported whole: duplicate keys, open quotes and tabs in one file, the good documents kept', () => {
    const text = 'a: 1\na: 2\nb: {c: 1, c: 2}\n---\nok: 1\n---\na: "x\n---\nb: 1\n---\n\tx: 1\n---\nlast: true\n';
    expect(lines(text)).toStrictEqual([
      'f.yaml:2: a: "a" stands there twice; remove one of the two',
      'f.yaml:3: b.c: "c" stands there twice; remove one of the two',
      expect.stringMatching(/^f\.yaml:8: not readable as YAML: .*; check the indentation, the quotes and the colons/),
      expect.stringMatching(/^f\.yaml:11: not readable as YAML: .*; indent with spaces, not tabs$/),
    ]);
    expect(values(text)).toStrictEqual([{ ok: 1 }, { b: 1 }, { last: true }]);
  });

  test.each([
    ['%YAML 1.2\n---\na: 1\n', ['yaml.directive']],
    ['a: !!str 1\nb: [!x y]\n', ['yaml.tag', 'yaml.tag']],
    ['? [a]\n: 1\n', ['yaml.complex-key']],
    ['? !!str a\n: 1\n', ['yaml.complex-key']],
    [': 1\n', ['yaml.key-type']],
    ['a: &x [1, *x]\n', ['yaml.alias-cycle']],
    ['a: *x\n---\nb: *y\n', ['yaml.alias-unknown', 'yaml.alias-unknown']],
    ['a: \0\n', ['yaml.syntax']],
    ['a: b\u2028c: d\n', ['yaml.line-separator', 'yaml.syntax']],
    ['# comment\u0085immutable: true\n', ['yaml.line-separator']],
    ['a: 1\n\ufeffb: 1\n', ['yaml.line-separator']],
    ['a: |\n  text', ['yaml.open-block']],
    ['a: |-\n  text', []],
    ['\ufeffa: 1\r\nb: 2', []],
    ['', []],
    ['# nothing\n---\n', []],
  ])('%j', (text, expected) => {
    expect(codes(text)).toStrictEqual(expected);
  });

  test('includes aliases of aliases that would fill the memory, while a few aliases are fine', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`);
    expect(codes(`a0: &a0 [x]\n${levels.join('\n')}\n`)).toStrictEqual(['yaml.alias-expansion']);
    expect(values('a: &x {b: 1}\nc: [*x, *x]\n')).toStrictEqual([{ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] }]);
  });

  test('includes nesting without end', () => {
    expect(codes('['.repeat(10_000))).toStrictEqual(['yaml.syntax']);
  });
});

describe('a problem of an object', () => {
  const text = `# fleet
apiVersion: cellwright.dev/v1alpha1
kind: TenantGateway
metadata: { name: acme, annotations: { "a.b/c": x } }
---
kind: TenantGateway
metadata:
  name: other
spec:
  credentials:
    - name: one
    - name: two
      secretRef:
        key: |
          text
  "odd key": 1
`;
  const [first, second] = parseDocuments('fleet/tenants/a.yaml', text).documents;
  const at = (path: string, document = second) => {
    const { line, column } = document?.locate({ code: 'x', path, message: 'm', fix: 'f' }) ?? {};
    return [line, column];
  };

  test('is placed at the key, at the item, and at the nearest thing that is there', () => {
    expect(at('spec.credentials[1].secretRef.key')).toStrictEqual([14, 9]);
    expect(at('spec.credentials[1]')).toStrictEqual([12, 7]);
    expect(at('spec["odd key"]')).toStrictEqual([16, 3]);
    expect(at('spec.replicas')).toStrictEqual([9, 1]);
    expect(at('spec.credentials[7].name')).toStrictEqual([10, 3]);
    expect(at('')).toStrictEqual([6, 1]);
    expect(at('metadata.annotations["a.b/c"]', first)).toStrictEqual([4, 40]);
  });

  test('is one line that names file, line, field, cause and fix, and nothing in it steers a terminal', () => {
    const problem = { code: 'x', path: 'metadata.name', message: 'is "a\u001b[31m\nb"', fix: 'write another' };
    const located = second?.locate(problem);
    expect(located).toMatchObject({ object: 'TenantGateway other', file: 'fleet/tenants/a.yaml' });
    expect(located && formatProblem(located)).toBe(
      'fleet/tenants/a.yaml:8: metadata.name: is "a\\u001b[31m\\u000ab"; write another',
    );
  });

  test('of the schema is left out where the text itself is ambiguous, and the list is in order', () => {
    const { documents, problems } = parseDocuments('f.yaml', 'kind: X\nspec:\n  b: yes\n  a: 1\n');
    const schema = ['spec.b', 'spec.a', 'kind'].map((path) =>
      documents[0]?.locate({ code: 'schema.type', path, message: 'm', fix: 'f' }),
    );
    const arranged = arrangeProblems([...schema, ...problems].filter((problem) => problem !== undefined));
    expect(arranged.map(({ code, path }) => `${code} ${path}`)).toStrictEqual([
      'schema.type kind',
      'yaml.ambiguous spec.b',
      'schema.type spec.a',
    ]);
  });
});
