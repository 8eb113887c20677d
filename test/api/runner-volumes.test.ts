import { beforeAll, expect, test } from '@jest/globals';
import { Children } from '../../runner/engine/children.ts';
import { isImmutableChange, recreate } from '../../runner/engine/recreate.ts';
import { wantedObject } from '../../runner/engine/wanted.ts';
import type { WantedObject } from '../../runner/engine/wanted.ts';
import { cellKinds } from '../../runner/fleet/kinds.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import { installElasticClass } from '../fault/support/bound-volumes.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
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
  tenantWhen,
} from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const namespace = 'tenant-acme';
const set = `/apis/apps/v1/namespaces/${namespace}/statefulsets/gateway`;
const claim = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/state-gateway-0`;
const quota = `/api/v1/namespaces/${namespace}/resourcequotas/cell`;
const pod = `/api/v1/namespaces/${namespace}/pods/gateway-0`;

const runner = runnerOfFile(plane);

beforeAll(async () => {
  await installElasticClass(plane());
});

async function at<T>(path: string): Promise<T> {
  return (await plane().admin.ok({ path })).body as T;
}

interface Meta {
  readonly metadata: { readonly uid: string };
}
interface Claim extends Meta {
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
  readonly status: { readonly phase: string };
}
interface StatefulSet extends Meta {
  readonly spec: { readonly volumeClaimTemplates: readonly Claim[] };
  readonly status: { readonly currentRevision?: string; readonly updateRevision?: string };
}
interface Quota {
  readonly spec: { readonly hard: Readonly<Record<string, string>> };
}

/** What a provisioner would do: a volume for the claim. */
async function provide(): Promise<void> {
  await eventually(async () => (await plane().admin.send({ path: claim })).status === 200);
  await plane().admin.ok({
    method: 'POST',
    path: '/api/v1/persistentvolumes',
    body: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'acme-0' },
      spec: {
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'elastic',
        hostPath: { path: '/none' },
        claimRef: { namespace, name: 'state-gateway-0' },
      },
    },
  });
  await eventually(async () => (await at<Claim>(claim)).status.phase === 'Bound');
}

test('a larger spec.storage.size reaches the claim and the template; the pod goes on', async () => {
  await createObject(plane(), 'TenantGateway', {
    name: 'acme',
    spec: { storage: { size: '2Gi', className: 'elastic' } },
  });
  await tenantWhen(plane(), 'acme', isObserved);
  await provide();
  await makePodReady(plane(), 'acme');
  await tenantWhen(plane(), 'acme', ({ conditions }) => conditions?.[0]?.status === 'True');
  const before = { pod: await at<Meta>(pod), set: await at<StatefulSet>(set) };

  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { storage: { size: '3Gi' } } });
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path: set });
    return (
      status === 200 && (body as StatefulSet).spec.volumeClaimTemplates[0]?.spec.resources.requests.storage === '3Gi'
    );
  });
  await tenantWhen(
    plane(),
    'acme',
    (status, live) => isObserved(status, live) && status.conditions?.[0]?.status === 'True',
  );
  expect((await at<Claim>(claim)).spec.resources.requests.storage).toBe('3Gi');
  expect((await at<StatefulSet>(set)).metadata.uid).not.toBe(before.set.metadata.uid);
  expect((await at<Meta>(pod)).metadata.uid).toBe(before.pod.metadata.uid);
  expect((await at<StatefulSet>(set)).status.updateRevision).toBe(before.set.status.updateRevision);
});

test('volumes grow also when the StatefulSet lost our label meanwhile; the pod goes on', async () => {
  const before = { pod: await at<Meta>(pod), set: await at<StatefulSet>(set) };
  const paused = (value: 'true' | null): object => ({ metadata: { annotations: { 'cellwright.dev/paused': value } } });
  await mergePatch(plane(), ours('TenantGateway', 'acme'), paused('true'));
  await tenantWhen(plane(), 'acme', ({ conditions }) => conditions?.[0]?.reason === 'Paused');
  await mergePatch(plane(), set, { metadata: { labels: { 'cellwright.dev/tenant': null } } });
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { storage: { size: '4Gi' } }, ...paused(null) });
  await tenantWhen(
    plane(),
    'acme',
    (status, live) => isObserved(status, live) && status.conditions?.[0]?.status === 'True',
  );
  const now = await at<StatefulSet>(set);
  expect(now.spec.volumeClaimTemplates[0]?.spec.resources.requests.storage).toBe('4Gi');
  expect(now.metadata.uid).not.toBe(before.set.metadata.uid);
  expect((await at<Meta>(pod)).metadata.uid).toBe(before.pod.metadata.uid);
});

test('a smaller one, by a change of the profile, is refused with the size to write, and nothing is written', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'beta' });
  await tenantWhen(plane(), 'beta', isObserved);
  await runner.settled();
  const requests = await plane().audit.during(async () => {
    await mergePatch(plane(), ours('GatewayProfile', 'default'), { spec: { defaults: { storage: { size: '4Gi' } } } });
    const refused = await tenantWhen(
      plane(),
      'beta',
      ({ conditions }) => conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True') === true,
    );
    expect(condition(refused, 'Stalled')).toMatchObject({
      reason: 'StorageShrinks',
      message: expect.stringContaining('4Gi is less than the 5Gi'),
    });
    await runner.settled();
  });
  const writes = requests.filter(
    ({ userAgent, verb, name, namespace: where }) =>
      userAgent.startsWith('cellwright-runner') && verb !== 'watch' && (name === 'beta' || where === 'tenant-beta'),
  );
  expect(writes.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(['patch tenantgateways/status']);
});

test('a smaller one is refused to a tenant that comes back to its volumes, too', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'back', spec: { storage: { size: '9Gi' } } });
  await tenantWhen(plane(), 'back', isObserved);
  await eventually(
    async () => (await plane().admin.list('/api/v1/namespaces/tenant-back/persistentvolumeclaims')).length === 1,
  );
  await deleteTenant(plane(), 'back');
  await eventually(async () => (await plane().admin.send({ path: ours('TenantGateway', 'back') })).status === 404);
  await createObject(plane(), 'TenantGateway', { name: 'back', spec: { storage: { size: '8Gi' } } });
  const refused = await tenantWhen(plane(), 'back', (_status, live) => condition(live, 'Stalled')?.status === 'True');
  expect(condition(refused, 'Stalled')?.message).toContain('8Gi is less than the 9Gi');
});

test('a quota that becomes smaller waits until every pod runs the new revision', async () => {
  const hard = async (): Promise<string | undefined> => (await at<Quota>(quota)).spec.hard['limits.memory'];
  const wide = await hard();
  const { metadata } = await at<Meta>(pod);
  await mergePatch(plane(), ours('TenantGateway', 'acme'), {
    spec: { resources: { memory: '1100Mi', memoryLimit: '1200Mi' } },
  });
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path: pod });
    return status === 200 && (body as Meta).metadata.uid !== metadata.uid;
  });
  await tenantWhen(plane(), 'acme', isObserved);
  await runner.settled();
  expect(await hard()).toBe(wide);

  const open = { spec: { hard: { 'limits.memory': '900Gi' } } };
  await mergePatch(plane(), quota, open);
  await eventually(async () => (await hard()) === wide);
  await runner.stop();
  await mergePatch(plane(), quota, open);
  await runner.startAnew();
  await eventually(async () => (await hard()) === wide);
  await makePodReady(plane(), 'acme');
  await eventually(async () => (await hard()) !== wide);
});

test('what a replica leaves behind does not keep the others from growing', async () => {
  const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  const left = `${claims}/state-gateway-1`;
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { replicas: 2, separateMemories: true } });
  await eventually(async () => (await plane().admin.send({ path: left })).status === 200);
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { replicas: 1 } });
  await makePodReady(plane(), 'acme');
  await tenantWhen(plane(), 'acme', (status, live) => isObserved(status, live) && status.replicas === 1);
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { storage: { size: '9Gi' } } });
  const size = async (path: string): Promise<string> => (await at<Claim>(path)).spec.resources.requests.storage;
  await eventually(async () => (await size(claim)) === '9Gi');
  await tenantWhen(plane(), 'acme', isObserved);
  expect(await size(left)).toBe('4Gi');
});

test('a Service of which a field cannot be changed is made anew under the address that it had', async () => {
  const { signal } = new AbortController();
  const cluster = loadCluster({ kubeconfig: plane().kubeconfigPath });
  const transport = createTransport(cluster, { userAgent: 'cellwright-test', clock: systemClock });
  const client = new KubeClient(transport.send, () => undefined);
  const kind = cellKinds.find((known) => known.kind === 'Service');
  if (kind === undefined) throw new Error('cells have no Service');
  const children = new Children<null>({
    kinds: [kind],
    ownerLabel: 'owner',
    ownerOf: () => undefined,
    factsOf: () => null,
    leftToOthers: {},
    onChange: () => undefined,
  });
  // No Service of a cell has an address and such a field: this is the engine's part of it alone.
  const ofClass = (loadBalancerClass: string): WantedObject => {
    const spec = { type: 'LoadBalancer', loadBalancerClass, ports: [{ port: 80 }] };
    const metadata = { name: 'balanced', namespace: 'default' };
    return wantedObject(kind, { apiVersion: 'v1', kind: 'Service', metadata, spec }, 'apply');
  };
  try {
    const { object } = await client.apply(kind, ofClass('example.com/a').body, signal);
    const wanted = ofClass('example.com/b');
    const refusal: unknown = await client.apply(kind, wanted.body, signal).catch((error: unknown) => error);
    expect([refusal, isImmutableChange(refusal)]).toEqual([expect.any(Error), true]);
    const made = await recreate({ client, children }, { wanted, uid: object.metadata.uid }, signal);
    expect(made?.metadata.uid).not.toBe(object.metadata.uid);
    const { clusterIP } = object['spec'] as { readonly clusterIP: string };
    expect(made?.['spec']).toMatchObject({ clusterIP, loadBalancerClass: 'example.com/b' });
    expect(clusterIP).toMatch(/^10\./);
  } finally {
    await transport.close();
  }
});
