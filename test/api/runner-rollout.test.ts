/** What a rollout costs in writes of status, and what of it and of the rest of a tenant's life is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { runnerAgent } from './support/audit-log.ts';
import { bindPod } from './support/bound-pod.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { kubectl } from './support/kubectl.ts';
import { endsWait, kstatus } from './support/kstatus.ts';
import type { Kstatus, Seen } from './support/kstatus.ts';
import { versionsOf } from './support/object-versions.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import {
  condition,
  createObject,
  deleteTenant,
  eventually,
  isObserved,
  makePodReady,
  mergePatch,
  ours,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';
import type { Live } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const pod = '/api/v1/namespaces/tenant-acme/pods/gateway-0';
/** Longer than the runner lets changes of pods gather. */
const pastTheLagMs = 6500;

const runner = runnerOfFile(plane);

beforeAll(async () => {
  await createObject(plane(), 'TenantGateway', { name: 'acme', spec: {} });
  await podOnNode('');
  await makePodReady(plane(), 'acme');
  await tenantWhen(plane(), 'acme', isReady);
});

function isReady(status: Live['status'], live: Live): boolean {
  return isObserved(status, live) && condition(live, 'Ready')?.status === 'True';
}

/** Empty while there is none. */
async function uidOf(path: string): Promise<string> {
  const { status, body } = await plane().admin.send({ path });
  return status === 200 ? (body as { metadata: { uid: string } }).metadata.uid : '';
}

/** Waits for another pod than this one, and puts it on a node. */
async function podOnNode(before: string): Promise<void> {
  await eventually(async () => !['', before].includes(await uidOf(pod)));
  await bindPod(plane(), pod);
}

/** The pod of another revision: the old one shuts down for a while, the new one starts for a while. */
async function rollTo(value: string): Promise<void> {
  const before = await uidOf(pod);
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { openclaw: { env: { REVISION: value } } } });
  await sleep(pastTheLagMs);
  await plane().admin.ok({ method: 'DELETE', path: pod, body: { gracePeriodSeconds: 0 } });
  await podOnNode(before);
}

test('a rollout costs two writes of status, however long its pods shut down and start', async () => {
  const requests = await plane().audit.during(async () => {
    await rollTo('2');
    expect(condition(await tenant(plane(), 'acme'), 'Ready')).toMatchObject({ status: 'False', reason: 'NotReady' });
    await sleep(pastTheLagMs);
    await makePodReady(plane(), 'acme');
    await tenantWhen(plane(), 'acme', isReady);
    await runner.settled();
  });
  const statusWrites = requests.filter(
    ({ userAgent, verb, resource }) =>
      userAgent.startsWith(runnerAgent) && verb === 'patch' && resource === 'tenantgateways/status',
  );
  expect(statusWrites.map(({ status }) => status)).toEqual([200, 200]);
});

test('a pod in trouble is told while the rollout is young', async () => {
  await rollTo('3');
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
  const containers = [{ name: 'gateway', image: 'x', imageID: '', ready: false, restartCount: 0, state: { waiting } }];
  await mergePatch(plane(), `${pod}/status`, { status: { containerStatuses: containers } });
  const began = Date.now();
  await tenantWhen(plane(), 'acme', (_status, live) =>
    (condition(live, 'Ready')?.message ?? '').includes('cannot pull its image'),
  );
  // The minute after which a gateway that is away is told anyway is not waited for.
  expect(Date.now() - began).toBeLessThan(50_000);
  await makePodReady(plane(), 'acme');
  await tenantWhen(plane(), 'acme', isReady);
});

test('a revision that never gets ready is left again once the spec goes back', async () => {
  const name = 'back';
  const env = (value: string): object => ({ openclaw: { env: { REVISION: value } } });
  const path = `/api/v1/namespaces/tenant-${name}/pods/gateway-0`;
  const revision = async (): Promise<string> => {
    const { status, body } = await plane().admin.send({ path });
    const { metadata } = body as { metadata: { labels?: Record<string, string>; deletionTimestamp?: string } };
    const isHere = status === 200 && metadata.deletionTimestamp === undefined;
    return isHere ? (metadata.labels?.['controller-revision-hash'] ?? '') : '';
  };
  await createObject(plane(), 'TenantGateway', { name, spec: env('good') });
  await makePodReady(plane(), name);
  await tenantWhen(plane(), name, isReady);
  const good = await revision();
  await mergePatch(plane(), ours('TenantGateway', name), { spec: env('bad') });
  await eventually(async () => !['', good].includes(await revision()));
  // In order, the controller would wait for the bad pod to get ready before it replaced it (kubernetes#67250).
  await mergePatch(plane(), ours('TenantGateway', name), { spec: env('good') });
  await eventually(async () => (await revision()) === good);
  await makePodReady(plane(), name);
  await tenantWhen(plane(), name, isReady);
});

test('no version of a tenant is Current or Ready before its spec runs, and only a refusal is Failed', async () => {
  const name = 'told';
  const path = ours('TenantGateway', name);
  const { metadata } = (await plane().admin.ok({ path: ours('TenantGateway') })).body as { metadata: ListMeta };
  // A runner of its own, for which a fight is over sooner.
  await runner.startAnew({ fights: { truceMs: 500, windowMs: 3000 } });

  await createObject(plane(), 'TenantGateway', { name });
  await untilReadyByKubectl(name, '');
  await mergePatch(plane(), path, { spec: { openclaw: { env: { REVISION: '2' } } } });
  await untilReadyByKubectl(name, await uidOf(podOf(name)));
  await mergePatch(plane(), path, { spec: { profile: 'none' } });
  await tenantWhen(plane(), name, (_status, live) => condition(live, 'Stalled')?.status === 'True');
  await mergePatch(plane(), path, { spec: { profile: null } });
  await tenantWhen(plane(), name, isReady);
  await fightOver(name);
  await deleteTenant(plane(), name);
  await eventually(async () => (await plane().admin.send({ path })).status === 404);

  const since = metadata.resourceVersion;
  const versions = await versionsOf<Version>(plane(), { collection: ours('TenantGateway'), name, since });
  const told = versions.map(({ metadata: meta, status }) => {
    const seen: Seen = { ...meta, ...status };
    expect({ ...seen, endsWait: endsWait(seen) && meta.deletionTimestamp === undefined }).toEqual({
      ...seen,
      endsWait: kstatus(seen) === 'Current',
    });
    return `${meta.generation} ${kstatus(seen)}`;
  });
  const afterDeletion = /Terminating$/;
  const steps = told.filter((one, index) => one !== told[index - 1] && !afterDeletion.test(one));
  const life: readonly [number, Kstatus][] = [
    [1, 'InProgress'],
    [1, 'Current'],
    [2, 'InProgress'],
    [2, 'Current'],
    [3, 'InProgress'],
    [3, 'Failed'],
    [4, 'InProgress'],
    [4, 'Current'],
    // The fight.
    [4, 'InProgress'],
    [4, 'Current'],
  ];
  expect(steps).toEqual(life.map((step) => step.join(' ')));
  expect(told.at(-1)).toMatch(afterDeletion);
});

interface ListMeta {
  readonly resourceVersion: string;
}
interface Version {
  readonly metadata: { readonly generation: number; readonly deletionTimestamp?: string };
  readonly status: Live['status'];
}

const podOf = (name: string): string => `/api/v1/namespaces/tenant-${name}/pods/gateway-0`;

/** Makes the next pod ready, while the real kubectl waits for the tenant; it must not end before. */
async function untilReadyByKubectl(name: string, before: string): Promise<void> {
  const args = ['wait', '--for=condition=Ready', `tenantgateway/${name}`, '--timeout=60s'];
  let hasEnded = false;
  const waiting = kubectl(plane().kubeconfigPath, args).finally(() => {
    hasEnded = true;
  });
  await eventually(async () => !['', before].includes(await uidOf(podOf(name))));
  expect(hasEnded).toBe(false);
  await makePodReady(plane(), name);
  expect(await waiting).toMatchObject({ code: 0, stderr: '' });
  const live = await tenant(plane(), name);
  expect(isReady(live.status, live)).toBe(true);
}

/** Changes ours until that is told, and then leaves it in peace until that is told. */
async function fightOver(name: string): Promise<void> {
  const service = `/api/v1/namespaces/tenant-${name}/services/gateway`;
  const isFought = (_status: Live['status'], live: Live): boolean =>
    condition(live, 'Degraded')?.reason === 'FieldFight';
  const isTold = async (): Promise<boolean> => {
    const live = await tenant(plane(), name);
    return isFought(live.status, live);
  };
  while (!(await isTold())) {
    await mergePatch(plane(), service, { metadata: { labels: { 'app.kubernetes.io/part-of': 'mine' } } });
    await sleep(50);
  }
  await tenantWhen(plane(), name, isReady);
}
