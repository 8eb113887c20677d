import { beforeAll, expect, test } from '@jest/globals';
import type { TenantGatewayStatus } from '../../constructs/api/types.gen.ts';
import { platformNames } from '../../constructs/platform/labels.ts';
import { ConnectionError } from '../../runner/kube/api-error.ts';
import type { Send } from '../../runner/kube/send.ts';
import { runnerAgent } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import {
  createObject,
  eventually,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenantWhen,
} from './support/running-fleet.ts';
import type { TestRunner } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const { namespace, lease: name } = platformNames;
/** As they ship. */
const shipped = { namespace, name };
const election = { namespace, name, leaseMs: 3000, deadlineMs: 2000, retryMs: 400 };
const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
const agentOf = (which: 'first' | 'second' | 'third'): string => `${runnerAgent}${which}`;

beforeAll(async () => {
  await installPlatform(plane());
});

const isLeading = async (runner: TestRunner): Promise<boolean> => (await runner.metric('cellwright_leading')) === 1;

async function holder(): Promise<{ holderIdentity: string; leaseTransitions: number }> {
  return (
    (await plane().admin.ok({ path: lease })).body as { spec: { holderIdentity: string; leaseTransitions: number } }
  ).spec;
}

test('of two runners one works, and the other takes over at once when it ends', async () => {
  // With the timings that ship: nobody waits for the lease to run out.
  await using first = await startTestRunner(plane(), { election: shipped, userAgent: agentOf('first') });
  await eventually(() => isLeading(first));
  await using second = await startTestRunner(plane(), { election: shipped, userAgent: agentOf('second') });
  const requests = await plane().audit.during(async () => {
    await createObject(plane(), 'TenantGateway', { name: 'acme' });
    await tenantWhen(plane(), 'acme', isObserved);
    await first.settled();
  });
  const writers = new Set(
    requests.filter(({ verb }) => verb === 'patch' || verb === 'create').map(({ userAgent }) => userAgent),
  );
  expect(writers.has(agentOf('first'))).toBe(true);
  expect(writers.has(agentOf('second'))).toBe(false);
  expect(await isLeading(second)).toBe(false);

  // The least of two: a machine that stalls may hold up one of them.
  const firstMs = await handoverMs(first, second);
  await using third = await startTestRunner(plane(), { election: shipped, userAgent: agentOf('third') });
  await eventually(async () => (await third.probe('/readyz')).status === 200);
  const secondMs = firstMs < 2000 ? firstMs : await handoverMs(second, third);
  expect(Math.min(firstMs, secondMs)).toBeLessThan(2000);
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { state: 'Stopped' } });
  await tenantWhen(plane(), 'acme', isObserved);
});

test('a leader that cannot renew writes nothing more by the time another leads', async () => {
  let isCutOff = false;
  /** Everything but reads of the fleet fails, as for a leader that is cut off one way. */
  const wrap =
    (send: Send): Send =>
    async (request) => {
      if (isCutOff && request.path.includes('/leases')) throw new ConnectionError(request.path, 'injected', undefined);
      return send(request);
    };
  await using first = await startTestRunner(plane(), { election, userAgent: agentOf('first'), wrap });
  await eventually(() => isLeading(first));
  await using second = await startTestRunner(plane(), { election, userAgent: agentOf('second') });
  isCutOff = true;
  await eventually(() => isLeading(second));
  expect(await isLeading(first)).toBe(false);
  const requests = await plane().audit.during(async () => {
    await createObject(plane(), 'TenantGateway', { name: 'later' });
    await tenantWhen(plane(), 'later', isObserved);
    await second.settled();
  });
  const writes = requests.filter(({ verb }) => isWrite(verb));
  expect(writes.filter(({ userAgent }) => userAgent === agentOf('first'))).toEqual([]);
  // The one that was cut off comes back as a standby, and leads again when it must.
  isCutOff = false;
  await second.stop();
  await eventually(() => isLeading(first));
});

test('who leads again starts from what the other left, and writes nothing again', async () => {
  let isCutOff = false;
  const wrap =
    (send: Send): Send =>
    async (request) => {
      if (isCutOff && request.path.includes('/leases')) throw new ConnectionError(request.path, 'injected', undefined);
      return send(request);
    };
  await using first = await startTestRunner(plane(), { election, userAgent: agentOf('first'), wrap });
  await eventually(() => isLeading(first));
  await createObject(plane(), 'TenantGateway', { name: 'shared' });
  await tenantWhen(plane(), 'shared', isObserved);
  await first.settled();
  await using second = await startTestRunner(plane(), { election, userAgent: agentOf('second') });
  isCutOff = true;
  await eventually(() => isLeading(second));
  await mergePatch(plane(), ours('TenantGateway', 'shared'), { spec: { state: 'Stopped' } });
  await tenantWhen(plane(), 'shared', (status, live) => isObserved(status, live) && isReady(status));
  await second.settled();
  isCutOff = false;
  const requests = await plane().audit.during(async () => {
    await second.stop();
    await eventually(() => isLeading(first));
    await first.settled();
  });
  const writes = requests.filter(({ userAgent, verb }) => userAgent === agentOf('first') && isWrite(verb));
  expect(writes.filter(({ resource }) => resource !== 'leases')).toEqual([]);
});

/** Ends the leader in order; milliseconds until the other leads. */
async function handoverMs(leader: TestRunner, next: TestRunner): Promise<number> {
  const ended = performance.now();
  await leader.stop();
  expect((await holder()).holderIdentity === '' || (await isLeading(next))).toBe(true);
  await eventually(() => isLeading(next));
  return performance.now() - ended;
}

function isReady({ conditions = [] }: TenantGatewayStatus): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function isWrite(verb: string): boolean {
  return ['create', 'update', 'patch', 'delete'].includes(verb);
}
