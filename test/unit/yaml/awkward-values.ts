/** Values that have broken YAML writers and readers before, for property tests. */
import fc from 'fast-check';

/** Seed of this run, printed so that a failure can be repeated: `FUZZ_SEED=<seed> npm run test:unit`. */
export const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`FUZZ_SEED=${seed}\n`);

/** Texts that some reader takes for something other than the same string. */
export const awkwardTexts = [
  ...[
    '',
    ' ',
    '\n',
    '\n\n',
    '\t',
    'a ',
    ' a',
    'a\n',
    'a\n\n',
    'a\n ',
    'a\n \n',
    ' \na',
    '\ta\nb',
    'a\n\tb',
    'a\r\nb',
    '\r',
  ],
  ...[
    'y',
    'Y',
    'n',
    'yes',
    'Yes',
    'no',
    'NO',
    'on',
    'On',
    'off',
    'true',
    'True',
    'FALSE',
    'null',
    'Null',
    '~',
    '=',
    '<<',
  ],
  ...['0', '-0', '+1', '012', '0o17', '0x1f', '0b11', '1_000', '1:30', '190:20:30', '1e3', '1.5e3', '.5', '1.', '.inf'],
  ...[
    '-.INF',
    '.nan',
    '1.10',
    '2026-11-23',
    '2026-11-23T10:00:00Z',
    '12e03',
    '685230.15',
    '0.1_2',
    '500m',
    '2Gi',
    '1E5',
  ],
  ...[
    'a: b',
    'a:',
    ':a',
    'a #b',
    '#a',
    '- a',
    '-',
    '--',
    '---',
    '...',
    '--- a',
    '--port=1',
    '? a',
    '?',
    '| a',
    '>',
    '%a',
  ],
  ...[
    '@a',
    '`a',
    '&a',
    '*a',
    '!a',
    '!!str',
    '{',
    '}',
    '[]',
    '{}',
    ',',
    '"',
    "'",
    '\\',
    '"a"',
    "'a'",
    'a"b',
    "it's",
    '\\n',
  ],
  ...[
    'a\n---\nb',
    'a\n...\nb',
    'a\n# b',
    '# a\nb',
    'a\n  b\n c',
    '|\n a',
    'a:\n  b',
    'a\n\n\nb\n',
    'x  y',
    'a\u2028b',
    '\u2029',
  ],
  ...[
    'a\u0085b',
    '\ufeffa',
    'a\ufeff',
    '\u00a0',
    '\u200b',
    '\u202e',
    '\u007f',
    '\u0001',
    '\u001b[0m',
    'é',
    '日本',
    '😀',
    '⚠\ufe0f',
  ],
  ...[
    '\ufffd',
    '\ufffe',
    '\uffff',
    '\ue000',
    '\u{e0001}',
    '\u{10ffff}',
    'a\u2028\nb',
    'immutable: true',
    '__proto__',
    '$(A)',
  ],
  'k'.repeat(1023),
  'k'.repeat(1100),
  '"'.repeat(600),
] as const;

const pieces = [
  ...Array.from(' \n\t:#-"\'\\{[]},&*!|>%@`~?=<._ab0eé\r'),
  '  ',
  '\n  ',
  ': ',
  ' #',
  '---',
  '...',
  '\u2028',
  '\u0085',
  '\ufeff',
  '😀',
  '0x',
];

/** Strings that every JSON text can carry: whole code points, no NUL. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...awkwardTexts),
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replaceAll('\0', '')),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/**
 * Keys without backslash: after it has seen a key that holds one, JSON.parse of Node 24 (V8 13.6) can take a later escaped
 * key for it: `JSON.parse('{"\\"":1,"\\\\":2}')`, then `JSON.parse('{"\\"":1,"\\u0001":2}')`. The fixed texts above have
 * such keys.
 */
const key = text.map((value) => value.replaceAll('\\', '/'));

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value))),
);

/** Plain data as Kubernetes objects have it. */
export const plainData: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;
