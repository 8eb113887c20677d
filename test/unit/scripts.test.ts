/** The scripts of package.json, as a contributor calls them. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };

test('every script installs what it needs before it runs, so that a fresh clone needs no npm ci', () => {
  const bootstrap = 'node scripts/bootstrap.js';
  // What npm runs before another script is not called by itself.
  const called = Object.keys(scripts).filter((name) => !name.startsWith('pre') && scripts[name] !== bootstrap);
  expect(called.length).toBeGreaterThan(10);
  expect(called.filter((name) => scripts[`pre${name}`] !== bootstrap)).toEqual([]);
});

test('documentation names scripts that there are', () => {
  const pages = ['README.md', 'docs/contributing.md', 'docs/performance.md', 'docs/guides/playground.md'];
  const named = pages.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([\w:-]+)/g)]);
  expect(named.length).toBeGreaterThan(5);
  expect(named.map(([, name = '']) => name).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});
