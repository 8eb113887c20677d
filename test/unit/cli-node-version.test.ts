/** Versions of Node.js that the command refuses. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { nodeProblem } from '../../cli/node-version.ts';

test('the oldest that will do is the one that package.json names', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const [, oldest = ''] = /^>=(\d+\.\d+)$/.exec(engines.node) ?? [];
  expect(nodeProblem(`v${oldest}.0`)).toBeUndefined();
  const [major = 0, minor = 0] = oldest.split('.').map(Number);
  for (const older of [`v${major}.${minor - 1}.9`, `v${major - 1}.${minor + 9}.0`, 'v20.20.2', 'v9.22.0']) {
    expect([older, nodeProblem(older)]).toEqual([
      older,
      `cellwright needs Node >= ${oldest}, this is ${older}: install a newer one, see https://nodejs.org`,
    ]);
  }
});

test('newer ones will do', () => {
  for (const version of ['v22.20.0', 'v24.0.0', 'v26.0.0-nightly20270101', 'v100.1.0']) {
    expect([version, nodeProblem(version)]).toEqual([version, undefined]);
  }
});
