/** What a rollout of the runner does to the writes that are under way. */
import { beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runnerAgent } from '../api/support/audit-log.ts';
import type { AuditRequest } from '../api/support/audit-log.ts';
import { controlPlaneOfFile } from '../api/support/control-plane.ts';
import { installPlatform } from '../api/support/installed-platform.ts';
import { createObject } from '../api/support/running-fleet.ts';
import { isFleetWrite, isLeaseWriteOf } from './support/audited-writes.ts';
import { longElection } from './support/elected-runners.ts';
import type { FaultProxy } from './support/fault-proxy.ts';
import { noFaults } from './support/faults.ts';
import type { Fault, ProxiedRequest } from './support/faults.ts';
import { RunnerProcess } from './support/runner-process.ts';
import { startRunnerProxy } from './support/runner-proxy.ts';

const plane = controlPlaneOfFile();
const userAgent = `${runnerAgent}ending`;
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${longElection.namespace}/leases/${longElection.name}`;

let proxy: FaultProxy;
let runner: RunnerProcess;

beforeAll(async () => {
  await installPlatform(plane());
});

beforeEach(async () => {
  proxy = await startRunnerProxy(plane());
  runner = new RunnerProcess({ kubeconfig: proxy.kubeconfigPath, userAgent, election: longElection });
});

afterEach(async () => {
  await runner[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
});

test('SIGTERM lets a write that is on the wire end, starts no other, and gives the lease back', async () => {
  const released = Promise.withResolvers<undefined>();
  const mark = await plane().audit.mark();
  await workloadMeets('finished', {
    type: 'meet',
    when: 'before',
    meet: async () => {
      await released.promise;
      return 'go-on';
    },
  });
  const ended = runner.terminate();
  await sleep(1000);
  expect(runner.hasEnded).toBe(false);
  released.resolve(undefined);
  await ended;
  expect(runner.exitCode).toBe(0);

  const writes = writesOf(await plane().audit.since(mark));
  const held = writes.findIndex(({ resource }) => resource === 'statefulsets');
  expect(writes.slice(held).map(({ verb, resource, status }) => `${verb} ${resource} ${status}`)).toEqual([
    'patch statefulsets 201',
    'update leases 200',
  ]);
  expect(await holder()).toBe('');
});

test('SIGTERM gives up a write that is not answered after 5 s, and the process ends', async () => {
  const mark = await plane().audit.mark();
  await workloadMeets('given-up', { type: 'silence', ms: 300_000 });
  const asked = performance.now();
  await runner.terminate();
  const seconds = (performance.now() - asked) / 1000;
  expect(seconds).toBeGreaterThan(4.5);
  expect(seconds).toBeLessThan(15);
  expect(runner.exitCode).toBe(0);

  const writes = writesOf(await plane().audit.since(mark));
  const workload = ({ resource, namespace }: AuditRequest): boolean =>
    resource === 'statefulsets' && namespace === 'tenant-given-up';
  expect(writes.filter(workload)).toEqual([]);
  expect(writes.at(-1)).toMatchObject({ verb: 'update', resource: 'leases', status: 200 });
  expect(await holder()).toBe('');
});

/** Makes a tenant, and settles when the write of its StatefulSet has met the fault and everything before it is done. */
async function workloadMeets(name: string, fault: Fault): Promise<void> {
  const arrived = Promise.withResolvers<undefined>();
  proxy.judge = ({ method, path }: ProxiedRequest) => {
    if (method !== 'PATCH' || !path.includes(`/namespaces/tenant-${name}/statefulsets/`)) return undefined;
    proxy.judge = noFaults;
    arrived.resolve(undefined);
    return fault;
  };
  await createObject(plane(), 'TenantGateway', { name });
  await arrived.promise;
  // Others of its wave were sent with it.
  await sleep(500);
}

/** In the order in which the API server received them. */
function writesOf(requests: readonly AuditRequest[]): AuditRequest[] {
  return requests
    .filter(
      (request) => request.userAgent === userAgent && (isFleetWrite(request) || isLeaseWriteOf(request, longElection)),
    )
    .sort((left, right) => (left.received < right.received ? -1 : 1));
}

async function holder(): Promise<unknown> {
  return ((await plane().admin.object({ path: leasePath }))['spec'] as Readonly<Record<string, unknown>>)[
    'holderIdentity'
  ];
}
