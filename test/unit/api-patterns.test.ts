import { expect, test } from '@jest/globals';
import { kinds } from '../../constructs/api/kinds/registry.ts';
import { patterns } from '../../constructs/api/schema/patterns.ts';
import type { TextPattern } from '../../constructs/api/schema/patterns.ts';
import { schemaNodes } from '../api/parity/schema-walk.ts';

const named = Object.entries<TextPattern>(patterns);

test.each(named)('pattern %s takes its good samples and refuses its bad ones', (_name, { source, good, bad }) => {
  const expression = new RegExp(source, 'u');
  expect(good.filter((text) => !expression.test(text))).toEqual([]);
  expect(bad.filter((text) => expression.test(text))).toEqual([]);
  expect(good.length * bad.length).toBeGreaterThan(0);
});

test.each(named)('pattern %s has only what Go and JavaScript read the same', (_name, { source }) => {
  expect(source).toMatch(/^\^.*\$$/s);
  const outsideClasses = source.replaceAll(/\[[^\]]*\]/g, '');
  expect(outsideClasses.replaceAll('\\.', '')).not.toMatch(/\.|\\[swbdpWSBDP1-9]|\(\?[=!<]/);
});

test('every pattern is used by a kind', () => {
  const used = new Set(kinds.flatMap((kind) => schemaNodes(kind)).map(({ schema }) => schema.pattern));
  const status = new Set(kinds.flatMap((kind) => sources(kind.status)));
  expect(named.filter(([, { source }]) => !used.has(source) && !status.has(source)).map(([name]) => name)).toEqual([]);
});

function sources(schema: unknown): string[] {
  return [...JSON.stringify(schema).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    (match) => JSON.parse(match[1] ?? '""') as string,
  );
}
