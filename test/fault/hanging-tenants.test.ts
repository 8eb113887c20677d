import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { controlPlaneOfFile } from '../api/support/control-plane.ts';
import { installPlatform } from '../api/support/installed-platform.ts';
import { runnerOfFile } from '../api/support/runner-of-file.ts';
import {
  createObject,
  eventually,
  isObserved,
  startTestRunner,
  tenant,
  tenantWhen,
} from '../api/support/running-fleet.ts';
import type { FaultProxy } from './support/fault-proxy.ts';
import { isWrite, noFaults } from './support/faults.ts';
import type { Fault } from './support/faults.ts';
import { startRunnerProxy } from './support/runner-proxy.ts';
import { changeSpec } from './support/tenants.ts';

/** As many as the runner has workers. */
const concurrency = 8;
const troubled = Array.from({ length: concurrency }, (_, index) => `troubled-${index}`);
const plane = controlPlaneOfFile();
let proxy: FaultProxy;
runnerOfFile(plane, async (started) => {
  await installPlatform(started);
  proxy = await startRunnerProxy(started);
  return startTestRunner(started, { concurrency, cluster: loadCluster({ kubeconfig: proxy.kubeconfigPath }) });
});

beforeAll(async () => {
  for (const name of [...troubled, 'healthy']) await createObject(plane(), 'TenantGateway', { name });
  for (const name of [...troubled, 'healthy']) await tenantWhen(plane(), name, isObserved);
}, 120_000);

afterEach(() => {
  proxy.judge = noFaults;
});

afterAll(() => proxy[Symbol.asyncDispose]());

/** If those tenants held the workers, others would wait until the answers are given up after 65 s, or the refusals are over after 60 s; in milliseconds. */
const heldUpMs = 55_000;

test('tenants whose writes are never answered hold up no other, be they as many as there are workers', async () => {
  const released = Promise.withResolvers<undefined>();
  const hanging = injectOnWrites(() => ({
    type: 'meet',
    when: 'before',
    meet: async () => {
      await released.promise;
      return 'go-on';
    },
  }));
  await changeAll('203.0.113.10/32');
  await eventually(() => Promise.resolve(hanging.size === concurrency));
  expect(await msOfHealthy('203.0.113.20/32')).toBeLessThan(heldUpMs);
  expect(await stillBehind()).toEqual(troubled);
  released.resolve(undefined);
  proxy.judge = noFaults;
  for (const name of troubled) await tenantWhen(plane(), name, isObserved);
}, 120_000);

test('tenants whose writes are refused for a minute hold up no other, and a change of theirs does not wait for it', async () => {
  const refusal: Fault = { type: 'answer', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 60 };
  const refused = injectOnWrites(() => refusal);
  await changeAll('203.0.113.30/32');
  await eventually(() => Promise.resolve(refused.size === concurrency));
  expect(await msOfHealthy('203.0.113.40/32')).toBeLessThan(heldUpMs);
  expect(await stillBehind()).toEqual(troubled);
  proxy.judge = noFaults;
  await changeAll('203.0.113.50/32');
  for (const name of troubled) await tenantWhen(plane(), name, isObserved);
}, 120_000);

/** @returns the troubled tenants that it happened to, growing */
function injectOnWrites(fault: () => Fault | undefined): ReadonlySet<string> {
  const met = new Set<string>();
  proxy.judge = (request) => {
    const [, name] = /\/namespaces\/tenant-(troubled-\d+)\//.exec(request.path) ?? [];
    if (name === undefined || !isWrite(request)) return undefined;
    met.add(name);
    return fault();
  };
  return met;
}

function egressTo(cidr: string): object {
  return { egress: [{ cidr, ports: [{ port: 8443 }] }] };
}

async function changeAll(cidr: string): Promise<void> {
  for (const name of troubled) await changeSpec(plane(), name, egressTo(cidr));
}

/** How long the healthy tenant waits for a repair and a change. */
async function msOfHealthy(cidr: string): Promise<number> {
  const began = performance.now();
  await repaired();
  await changed(cidr);
  return performance.now() - began;
}

/** What somebody deletes of the healthy tenant is there again. */
async function repaired(): Promise<void> {
  const path = '/api/v1/namespaces/tenant-healthy/services/gateway';
  const { admin } = plane();
  await admin.ok({ method: 'DELETE', path });
  await eventually(async () => (await admin.send({ path })).status === 200);
}

/** What a person changes of the healthy tenant is done. */
async function changed(cidr: string): Promise<void> {
  await changeSpec(plane(), 'healthy', egressTo(cidr));
  await tenantWhen(plane(), 'healthy', isObserved);
}

async function stillBehind(): Promise<string[]> {
  const all = await Promise.all(troubled.map(async (name) => ({ name, live: await tenant(plane(), name) })));
  return all.filter(({ live }) => !isObserved(live.status, live)).map(({ name }) => name);
}
