import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { codeFamilies } from '../../scripts/error-codes.ts';

const root = path.join(import.meta.dirname, '..', '..');
const rooms = ['constructs', 'files', 'opa', 'playground', 'runner', 'cli'];

/** `code: 'a.b'`, `code = 'a.b'`, `new SomeError('a.b', …)`, and the members of unions of codes. */
function codesIn(text: string): string[] {
  const unions = [...text.matchAll(/ErrorCode =([^;]*);/g)].map((match) => match[1] ?? '').join('\n');
  return [
    ...text.matchAll(/\bcode(?:: | = )'([a-z]+\.[a-z-]+)'/g),
    ...text.matchAll(/Error\(\s*'([a-z]+\.[a-z-]+)'/g),
    ...unions.matchAll(/'([a-z]+\.[a-z-]+)'/g),
  ].map((match) => match[1] ?? '');
}

function sources(): string[] {
  const files = rooms.flatMap((room) => globSync(`${room}/**/*.{ts,js}`, { cwd: root }));
  return files.map((file) => readFileSync(path.join(root, file), 'utf8'));
}

const documented = codeFamilies.flatMap(({ family, codes }) => Object.keys(codes).map((name) => `${family}.${name}`));

test('every code that a room uses has words in scripts/error-codes.ts', () => {
  const used = new Set(sources().flatMap(codesIn));
  expect(used.size).toBeGreaterThan(80);
  expect([...used].filter((code) => !documented.includes(code))).toEqual([]);
});

test('every code that has words is used by a room', () => {
  const texts = sources();
  expect(documented.filter((code) => !texts.some((text) => text.includes(`'${code}'`)))).toEqual([]);
});

test('no code is there twice', () => {
  expect(new Set(documented).size).toBe(documented.length);
});
