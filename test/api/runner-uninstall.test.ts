/** How Cellwright goes from a cluster: in order, and when someone removes the CRDs first. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { kinds } from '../../constructs/api/kinds/registry.ts';
import { cellObjects, claimOf } from './support/cell-objects.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { kubectl } from './support/kubectl.ts';
import {
  condition,
  createObject,
  eventually,
  installKinds,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenantWhen,
} from './support/running-fleet.ts';
import type { TestRunner } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const names = ['one', 'two', 'three', 'four', 'five'];
let runner: TestRunner;
let isInstalled = false;
/** Uids of namespaces and claims. */
let data: Record<string, string>;

beforeEach(async () => {
  // Rights and policies stay when the CRDs go.
  await (isInstalled ? installKinds : installPlatform)(plane());
  isInstalled = true;
  runner = await startTestRunner(plane());
  for (const name of names) await createObject(plane(), 'TenantGateway', { name });
  for (const name of names) await tenantWhen(plane(), name, isObserved);
  await runner.settled();
  data = await dataOfAll();
});

afterEach(async () => {
  await runner.stop();
});

async function dataOfAll(): Promise<Record<string, string>> {
  const each = names.map(async (name) => {
    const claim = await claimOf(plane(), name);
    expect(claim.metadata.deletionTimestamp).toBeUndefined();
    const { metadata } = await plane().admin.object({ path: `/api/v1/namespaces/tenant-${name}` });
    expect(metadata.deletionTimestamp).toBeUndefined();
    return [
      [`namespace of ${name}`, metadata.uid],
      [`claim of ${name}`, claim.metadata.uid],
    ] as const;
  });
  return Object.fromEntries((await Promise.all(each)).flat());
}

const guide = readFileSync('docs/guides/deletion.md', 'utf8');

/** Runs a line that the guide shows, there for tenant acme. */
async function runOfGuide(line: string, name = 'acme'): Promise<void> {
  expect(guide).toContain(`\n$ kubectl ${line}\n`);
  await run(line.replace('acme', name));
}

async function run(line: string): Promise<void> {
  const { code, stderr } = await kubectl(plane().kubeconfigPath, line.replaceAll("'", '').split(' '));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

const crdNames = kinds.map(({ plural }) => `${plural}.cellwright.dev`);

async function areCrdsGone(): Promise<boolean> {
  const answers = await Promise.all(crdNames.map((name) => plane().admin.send({ path: `${crds}/${name}` })));
  return answers.every(({ status }) => status === 404);
}

async function tenants(): Promise<string[]> {
  return (await plane().admin.list(ours('TenantGateway'))).map(({ metadata }) => metadata.name);
}

async function kindsOfAll(): Promise<string[]> {
  const objects = await Promise.all(names.map((name) => cellObjects(plane(), name)));
  return [...new Set(objects.flatMap(Object.keys).map((key) => key.slice(0, key.indexOf('/'))))];
}

test('in order, workloads go and data stays', async () => {
  await runOfGuide('annotate tg --all cellwright.dev/confirm-deletion=true');
  await runOfGuide('delete tg --all');
  await runOfGuide('delete policybundles,gatewayprofiles --all');
  expect(await kindsOfAll()).toEqual(['Namespace']);
  await runner.stop();
  await runOfGuide(
    'delete crd tenantgateways.cellwright.dev gatewayprofiles.cellwright.dev policybundles.cellwright.dev',
  );
  expect(await areCrdsGone()).toBe(true);
  expect(await dataOfAll()).toEqual(data);
});

test('when the CRDs go first, three tenants lose their workload, the others nothing, and all keep their data', async () => {
  await run(`delete crd ${crdNames.join(' ')} --wait=false`);
  await eventually(async () => (await tenants()).length === 2);
  await runner.settled();
  for (const name of await tenants()) {
    expect(Object.keys(await cellObjects(plane(), name))).toContain('StatefulSet/gateway');
  }
  expect(await dataOfAll()).toEqual(data);
  await runOfGuide('annotate tg --all cellwright.dev/confirm-deletion=true');
  await eventually(areCrdsGone);
  expect(await dataOfAll()).toEqual(data);

  // The same runner meets the same tenants again.
  await installKinds(plane());
  for (const name of names) await createObject(plane(), 'TenantGateway', { name });
  // It may see the tenants before the profile, and says until then that there is none.
  for (const name of names) {
    await eventually(async () => 'StatefulSet/gateway' in (await cellObjects(plane(), name)));
  }
  expect(await dataOfAll()).toEqual(data);
  await run('annotate tg --all cellwright.dev/confirm-deletion=true');
  await run('delete tg --all');
  await run(`delete crd ${crdNames.join(' ')}`);
});

test('when the CRDs go first, no tenant whose data would go with it goes without a word, be they few', async () => {
  for (const name of names)
    await mergePatch(plane(), ours('TenantGateway', name), { spec: { deletionPolicy: 'Delete' } });
  await run(`delete crd ${crdNames.join(' ')} --wait=false`);
  const whys: string[] = [];
  for (const name of names) {
    const live = await tenantWhen(plane(), name, (_status, tg) => condition(tg, 'Stalled')?.reason === 'MassDeletion');
    whys.push(condition(live, 'Stalled')?.message ?? '');
    expect(Object.keys(await cellObjects(plane(), name))).toContain('StatefulSet/gateway');
  }
  // As many as may go by their number, or fewer: once one is held, those that are judged after it are held for their number.
  const forTheKind = whys.filter((why) => why.includes('tenantgateways.cellwright.dev is being deleted'));
  expect([1, 2, 3]).toContain(forTheKind.length);
  await runner.settled();
  expect(await dataOfAll()).toEqual(data);
  await runOfGuide('annotate tg --all cellwright.dev/confirm-deletion=true');
  await eventually(areCrdsGone);
  for (const name of names)
    expect((await plane().admin.send({ path: `/api/v1/namespaces/tenant-${name}` })).status).toBe(404);
});

test('when runner and CRDs go and the finalizers are taken off by hand, every object of every cell stays', async () => {
  await runner.stop();
  const before = await Promise.all(names.map((name) => cellObjects(plane(), name)));
  await run(`delete crd ${crdNames.join(' ')} --wait=false`);
  expect((await tenants()).sort()).toEqual([...names].sort());
  for (const name of names) {
    await runOfGuide(`patch tg acme --type=merge --patch='{"metadata":{"finalizers":null}}'`, name);
  }
  await run(`patch gatewayprofile default --type=merge --patch={"metadata":{"finalizers":null}}`);
  await eventually(areCrdsGone);
  expect(await Promise.all(names.map((name) => cellObjects(plane(), name)))).toEqual(before);
  expect(await dataOfAll()).toEqual(data);
});
