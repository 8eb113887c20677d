/** The check over all tests: which verdict a run allows, and what it fails for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { clusterPermissions } from '../../constructs/platform/runner-permissions.ts';
import { checkAccounts, checkDenials, checkPermissions, checkUsage, runnerUser } from '../../scripts/runner-usage.ts';
import type { Usage } from '../../scripts/runner-usage.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-usage-test-'));
const request = {
  verb: 'patch',
  apiGroup: '',
  resource: 'services',
  user: runnerUser,
  status: 200,
  uri: '/x',
  message: '',
};
const all = ['test/api/a.test.ts', 'test/fault/b.test.ts'];

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Everything that the runner may do in all namespaces, done once. */
const everything: readonly Usage[] = clusterPermissions().flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((apiGroup) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ ...request, verb, apiGroup, resource }))),
  ),
);

test('a permission that no request needed is named; an apply that made something needs two', () => {
  const without = everything.filter(({ verb, resource }) => !(verb === 'create' && resource === 'services'));
  const named = (usage: readonly Usage[]): string[] =>
    checkPermissions(usage).faults.filter((fault) => fault.includes('services"'));
  expect(named(without)).toEqual([expect.stringContaining('nothing needed "create services"')]);
  expect(named([...without, { ...request, status: 201 }])).toEqual([]);
  expect(named([...without, { ...request, verb: 'create', status: 403 }])).toHaveLength(1);
  expect(named([...without, { ...request, verb: 'create', user: 'admin' }])).toHaveLength(1);
});

test('a denied request is told with what was said to it, unless its namespace was on its way out', () => {
  const denied = { ...request, status: 403, message: 'services is forbidden: no' };
  const late = { ...denied, message: 'unable to create new content in namespace x because it is being terminated' };
  expect(checkDenials([request, late]).faults).toEqual([]);
  expect(checkDenials([denied]).faults).toEqual(['patch /x: services is forbidden: no']);
});

test('a runner with the rights of somebody else is told, once for each of them', () => {
  expect(checkAccounts([request, { ...request, status: 403 }]).faults).toEqual([]);
  const asAdmin = { ...request, user: 'admin' };
  expect(checkAccounts([request, asAdmin, asAdmin]).faults).toEqual([
    'patch /x as admin: start that runner with its own token',
  ]);
});

test('what only the whole suite can tell is skipped for a part of it, and nothing is said of other layers', () => {
  writeFileSync(path.join(folder, 'a.json'), JSON.stringify([{ ...request, status: 403, message: 'no' }]));
  const titles = (ran: readonly string[], isByName = false): [number, number] => {
    const { checks, skipped } = checkUsage({ folder, ran, all, isByName });
    return [checks.length, skipped.length];
  };
  expect(titles(['test/unit/c.test.ts'])).toEqual([0, 0]);
  expect(titles(['test/api/a.test.ts'])).toEqual([2, 1]);
  expect(titles(all, true)).toEqual([2, 1]);
  expect(titles([...all, 'test/unit/c.test.ts'])).toEqual([3, 0]);
});
