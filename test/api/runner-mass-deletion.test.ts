import { beforeAll, expect, test } from '@jest/globals';
import type { TestObject } from './support/api-client.ts';
import { cellObjects, claimOf } from './support/cell-objects.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { kubectl } from './support/kubectl.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import {
  condition,
  createObject,
  eventually,
  isObserved,
  ours,
  startTestRunner,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const crowd = Array.from({ length: 10 }, (_, index) => `crowd-${index}`);
const runner = runnerOfFile(plane);

beforeAll(async () => {
  for (const name of [...crowd, 'later']) await createObject(plane(), 'TenantGateway', { name });
  for (const name of [...crowd, 'later']) await tenantWhen(plane(), name, isObserved);
  await runner.settled();
});

async function tenants(): Promise<string[]> {
  return (await plane().admin.list(ours('TenantGateway'))).map(({ metadata }) => metadata.name);
}

const isHeld = ({ metadata, ...rest }: TestObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (rest['status'] as { conditions: { type: string; status: string; reason: string }[] }).conditions.some(
    ({ type, status, reason }) => type === 'Stalled' && status === 'True' && reason === 'MassDeletion',
  );

async function heldTenants(): Promise<string[]> {
  return (await plane().admin.list(ours('TenantGateway'))).filter(isHeld).map(({ metadata }) => metadata.name);
}

async function run(...args: string[]): Promise<void> {
  const { code, stderr } = await kubectl(plane().kubeconfigPath, args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

test('of ten that are deleted at once three go, and of the others nothing is removed', async () => {
  const before = new Map(
    await Promise.all(crowd.map(async (name) => [name, await cellObjects(plane(), name)] as const)),
  );
  await run('delete', 'tg', ...crowd, '--wait=false');
  await eventually(async () => (await tenants()).length === 8 && (await heldTenants()).length === 7);
  await runner.settled();
  const held = await heldTenants();
  expect(held).toHaveLength(7);
  for (const name of held) {
    const live = await tenant(plane(), name);
    expect(live.metadata.finalizers).toEqual(['cellwright.dev/cell']);
    expect(condition(live, 'Stalled')?.message).toMatch(
      /^the deletion is held, and nothing of the tenant is removed: \d+ tenants were deleted within 10 minutes, and at most 3 /,
    );
    expect(await cellObjects(plane(), name)).toEqual(before.get(name));
  }
  for (const name of crowd.filter((each) => !held.includes(each))) {
    expect(Object.keys(await cellObjects(plane(), name))).toEqual([`Namespace/tenant-${name}`]);
  }
});

test('a runner that starts anew holds them without a write, and one more that is deleted, too', async () => {
  await runner.stop();
  const held = await heldTenants();
  const requests = await plane().audit.during(async () => {
    await runner.startAnew();
    await runner.settled();
  });
  const touched = requests.filter(
    ({ userAgent, verb, uri }) =>
      userAgent.startsWith(agent) &&
      !['get', 'list', 'watch'].includes(verb) &&
      held.some((name) => uri.includes(name)),
  );
  expect(touched).toEqual([]);
  await run('delete', 'tg', 'later', '--wait=false');
  await eventually(async () => (await heldTenants()).includes('later'));
  expect(await heldTenants()).toEqual([...held, 'later']);
});

test('the one whose message is followed goes, and no other', async () => {
  const [first = '', ...others] = await heldTenants();
  const message = condition(await tenant(plane(), first), 'Stalled')?.message ?? '';
  const [, command = ''] = /To let it go: kubectl (.*?) \(/.exec(message) ?? [];
  await run(...command.split(' '));
  await eventually(async () => !(await tenants()).includes(first));
  await runner.settled();
  expect(await heldTenants()).toEqual(others);
});

test('a cell is kept by taking the finalizer off and applying the tenant again: same objects, same data', async () => {
  const before = await cellObjects(plane(), 'later');
  const claim = await claimOf(plane(), 'later');
  await run('patch', 'tg', 'later', '--type=merge', '--patch={"metadata":{"finalizers":null}}');
  await eventually(async () => !(await tenants()).includes('later'));
  await runner.settled();
  expect(await cellObjects(plane(), 'later')).toEqual(before);
  await createObject(plane(), 'TenantGateway', { name: 'later' });
  await tenantWhen(plane(), 'later', isObserved);
  expect(await cellObjects(plane(), 'later')).toEqual(before);
  expect((await claimOf(plane(), 'later')).metadata.uid).toBe(claim.metadata.uid);
});

test('the word for all lets all go, and does nothing to those that nobody deletes', async () => {
  await run('annotate', 'tg', '--all', 'cellwright.dev/confirm-deletion=true');
  await eventually(async () => (await tenants()).join(' ') === 'later');
  await runner.settled();
  expect(Object.keys(await cellObjects(plane(), 'later'))).toContain('StatefulSet/gateway');
});

test('deletions one at a time are never held', async () => {
  await runner.stop();
  // A window of four seconds in place of ten minutes: the API server writes times in whole seconds.
  await using quick = await startTestRunner(plane(), { massDeletionWindowMs: 4000 });
  const names = Array.from({ length: 6 }, (_, index) => `single-${index}`);
  for (const name of names) await createObject(plane(), 'TenantGateway', { name });
  for (const name of names) await tenantWhen(plane(), name, isObserved);
  for (const name of names) {
    const began = Date.now();
    await run('delete', 'tg', name, '--timeout=20s');
    expect(await heldTenants()).toEqual([]);
    await eventually(() => Promise.resolve(Date.now() - began > 2000));
  }
  await quick.settled();
  expect(await tenants()).toEqual(['later']);
});
