import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { literally } from '../../scripts/literally.ts';
import { mutants } from '../../scripts/mutant-list.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Titles of tests, those that stand for many (`test.each`) with a wildcard. */
function titlesIn(text: string): RegExp[] {
  return [...text.matchAll(/(['"`])(.*?)\1/g)].map(([, , title = '']) => {
    const parts = title.split(/%s|\$\w+/).map(literally);
    return new RegExp(`^${parts.join('.+')}$`);
  });
}

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  'the mutant that %s can be made, and its tests are there',
  (_name, { file, find, replace, test: catching }) => {
    expect(read(file).split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
    const text = read(`test/${catching.layer}/${catching.file}.test.ts`);
    for (const title of catching.titles) expect(titlesIn(text).some((known) => known.test(title))).toBe(true);
  },
);

test('no two mutants have one name', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});
