import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import {
  condition,
  createObject,
  eventually,
  isObserved,
  makePodReady,
  mergePatch,
  ours,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const namespace = 'tenant-acme';
const ingresses = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;

const runner = runnerOfFile(plane);

beforeAll(async () => {
  const spec = { access: { ingress: { host: 'acme.example.com' } } };
  await createObject(plane(), 'TenantGateway', { name: 'acme', spec });
  await tenantWhen(plane(), 'acme', isObserved);
  await makePodReady(plane(), 'acme');
  await tenantWhen(plane(), 'acme', ({ conditions }) => conditions?.[0]?.status === 'True');
});

async function namesAt(path: string): Promise<string[]> {
  const { items } = (await plane().admin.ok({ path })).body as { items: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name).sort();
}

async function configMapsOf(base: string): Promise<string[]> {
  return (await namesAt(configMaps)).filter((name) => name.startsWith(`${base}-`));
}

async function makeConfigMap(where: string, name: string, labels: Record<string, string>): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { a: 'b' } };
  await plane().admin.ok({ method: 'POST', path: `/api/v1/namespaces/${where}/configmaps`, body });
}

test('a part that is switched off is removed, and what others made beside it stays', async () => {
  await makeConfigMap(namespace, 'of-a-person', {});
  await makeConfigMap('default', 'elsewhere', { 'cellwright.dev/tenant': 'acme' });
  expect(await namesAt(ingresses)).toEqual(['gateway']);
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { access: { ingress: null } } });
  await eventually(async () => (await namesAt(ingresses)).length === 0);
  await tenantWhen(plane(), 'acme', isObserved);
  expect(await namesAt(configMaps)).toContain('of-a-person');
  expect(await namesAt('/api/v1/namespaces/default/configmaps')).toContain('elsewhere');
});

test('something that only carries a tenant’s label in its namespace is taken for its own, and removed', async () => {
  await makeConfigMap(namespace, 'gateway-config-0000000000', { 'cellwright.dev/tenant': 'acme' });
  await eventually(async () => !(await configMapsOf('gateway-config')).includes('gateway-config-0000000000'));
});

test('who makes anew what is removed is named a fight, told twice in status, and not fought at full speed', async () => {
  await createObject(plane(), 'TenantGateway', { name: 'fought' });
  // A runner of its own, whose minutes are shorter.
  await runner.startAnew({ fights: { truceMs: 1000, windowMs: 6000 } });
  await tenantWhen(plane(), 'fought', isObserved);
  await makePodReady(plane(), 'fought');
  await tenantWhen(plane(), 'fought', ({ conditions }) => conditions?.[0]?.status === 'True');
  await runner.settled();
  const maps = '/api/v1/namespaces/tenant-fought/configmaps';
  const metadata = { name: 'of-a-loop', labels: { 'cellwright.dev/tenant': 'fought' } };
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } };
  const requests = await plane().audit.during(async () => {
    const end = Date.now() + 15_000;
    while (Date.now() < end) {
      await plane().admin.send({ method: 'POST', path: `${maps}?fieldManager=gitops-loop`, body });
      await sleep(50);
    }
    const fought = await tenant(plane(), 'fought');
    expect(condition(fought, 'Degraded')).toMatchObject({ status: 'True', reason: 'FieldFight' });
    expect(condition(fought, 'Degraded')?.message).toContain(
      'ConfigMap/tenant-fought/of-a-loop is not wanted and was made again by someone else ("gitops-loop")',
    );
    await tenantWhen(plane(), 'fought', ({ conditions }) => conditions?.[0]?.status === 'True');
  });
  const ofRunner = requests.filter(({ userAgent }) => userAgent.startsWith('cellwright-runner'));
  const deletes = ofRunner.filter(({ verb, name }) => verb === 'delete' && name === 'of-a-loop').length;
  // Five at once, and one a truce.
  expect(deletes).toBeGreaterThan(8);
  expect(deletes).toBeLessThanOrEqual(5 + 17);
  const statuses = ofRunner.filter(({ resource, name }) => resource === 'tenantgateways/status' && name === 'fought');
  expect(statuses.length).toBeLessThanOrEqual(3);
});

test('the configuration of the old revision stays until the new one runs', async () => {
  const [before] = await configMapsOf('policy');
  await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { policy: { tools: { deny: ['exec'] } } } });
  await tenantWhen(plane(), 'acme', isObserved);
  await runner.settled();
  expect(await configMapsOf('policy')).toHaveLength(2);
  await makePodReady(plane(), 'acme');
  await eventually(async () => (await configMapsOf('policy')).length === 1);
  expect(await configMapsOf('policy')).not.toEqual([before]);
});

test('a gateway that never gets ready leaves room for the configuration that mends it', async () => {
  const [before] = await configMapsOf('policy');
  // More than the quota of the namespace has room for.
  for (let change = 0; change < 66; change += 1) {
    const tools = { deny: ['exec', `tool_${change}`] };
    await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { policy: { tools } } });
    await tenantWhen(plane(), 'acme', isObserved);
  }
  await runner.settled();
  const kept = await configMapsOf('policy');
  expect(kept).toContain(before);
  expect(kept.length).toBeLessThanOrEqual(1 + 24);
  const { data } = await plane().admin.object({ path: `${configMaps}/${await mountedPolicy()}` });
  expect(JSON.stringify(data)).toContain('tool_65');
  await makePodReady(plane(), 'acme');
  await eventually(async () => (await configMapsOf('policy')).length === 1);
});

/** The policy that the template of the StatefulSet names. */
async function mountedPolicy(): Promise<string | undefined> {
  const set = await plane().admin.object({ path: `/apis/apps/v1/namespaces/${namespace}/statefulsets/gateway` });
  return /"(policy-[0-9a-z]+)"/.exec(JSON.stringify(set['spec']))?.[1];
}

/** By a webhook that nobody answers, until it is disposed of. */
async function refuseStatefulSets(): Promise<AsyncDisposable> {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
  await plane().admin.ok({
    method: 'POST',
    path,
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'nobody' },
      webhooks: [
        {
          name: 'nobody.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          clientConfig: { url: 'https://127.0.0.1:1/' },
          rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['*'], resources: ['statefulsets'] }],
        },
      ],
    },
  });
  // The API server takes up a configuration within a moment.
  await eventually(async () => {
    const { status } = await plane().admin.send({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${namespace}/statefulsets/gateway?dryRun=All`,
      body: { metadata: { labels: { probe: 'yes' } } },
      contentType: 'application/merge-patch+json',
    });
    return status >= 500;
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await plane().admin.ok({ method: 'DELETE', path: `${path}/nobody` });
    },
  };
}

test('nothing is pruned while something cannot be applied', async () => {
  await mergePatch(plane(), ours('TenantGateway', 'acme'), {
    spec: { access: { ingress: { host: 'acme.example.com' } } },
  });
  await eventually(async () => (await namesAt(ingresses)).length === 1);
  await using _refused = await refuseStatefulSets();
  await mergePatch(plane(), ours('TenantGateway', 'acme'), {
    spec: { resources: { cpu: '700m' }, access: { ingress: null } },
  });
  const live = await tenantWhen(
    plane(),
    'acme',
    ({ conditions }) => conditions?.some(({ type, status }) => type === 'Degraded' && status === 'True') === true,
  );
  expect(live.status.conditions?.[0]?.message).toContain('StatefulSet.apps/tenant-acme/gateway');
  expect(await namesAt(ingresses)).toEqual(['gateway']);
  // Not before all of it is done.
  expect(live.status.observedGeneration).toBeLessThan(live.metadata.generation);
});

test('what leaves no room goes although something cannot be applied, and what the workload mounts stays', async () => {
  await using _refused = await refuseStatefulSets();
  const mounted = (await mountedPolicy()) ?? '';
  for (let index = 0; index < 66; index += 1) {
    const tools = { deny: ['exec', `other_${index}`] };
    await mergePatch(plane(), ours('TenantGateway', 'acme'), { spec: { policy: { tools } } });
    await eventually(async () => holdsRule(`other_${index}`));
  }
  const kept = await configMapsOf('policy');
  expect(kept).toContain(mounted);
  expect(await mountedPolicy()).toBe(mounted);
  expect(kept.length).toBeLessThanOrEqual(2 + 24);
});

/** Whether a policy in the namespace has these words. */
async function holdsRule(words: string): Promise<boolean> {
  const maps = await plane().admin.list(configMaps);
  return maps.some(({ metadata, data }) => metadata.name.startsWith('policy-') && JSON.stringify(data).includes(words));
}
