import { beforeAll, describe, expect, test } from '@jest/globals';
import { withDefaults } from '../../constructs/api/defaults.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import { cellKinds } from '../../runner/fleet/kinds.ts';
import { collectionPath, objectPath } from '../../runner/kube/resource.ts';
import type { TestObject } from './support/api-client.ts';
import type { AuditRequest } from './support/audit-log.ts';
import { countRequests } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { versionsOf } from './support/object-versions.ts';
import {
  assets,
  condition,
  createObject,
  eventually,
  isObserved,
  makePodReady,
  mergePatch,
  ours,
  startTestRunner,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';
import type { Live } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';

const specs: Readonly<Record<string, TenantGatewaySpec>> = {
  plain: {},
  stopped: { state: 'Stopped' },
  wide: {
    organization: 'acme',
    team: 'support',
    replicas: 2,
    separateMemories: true,
    resources: { memory: '1100Mi', memoryLimit: '2Gi', cpu: '500m' },
    egress: [{ cidr: '203.0.113.0/24', ports: [{ port: 5432 }] }],
    credentials: [{ name: 'model', provider: 'anthropic', secretRef: { name: 'keys', key: 'anthropic' } }],
    access: { ingress: { host: 'wide.example.com' } },
    policy: { tools: { deny: ['exec'] } },
  },
};

beforeAll(async () => {
  await installPlatform(plane());
  await createObject(plane(), 'PolicyBundle', {
    name: 'base',
    spec: { rules: { tools: { requireApproval: ['message'] } } },
  });
});

describe('a runner with Managed tenants', () => {
  test('makes exactly the objects of synthesis, with the fields of synthesis', async () => {
    await using runner = await startTestRunner(plane());
    for (const [name, spec] of Object.entries(specs)) await createObject(plane(), 'TenantGateway', { name, spec });
    for (const name of Object.keys(specs)) await tenantWhen(plane(), name, isObserved);
    await runner.settled();
    for (const [name, spec] of Object.entries(specs)) {
      const { status } = await tenant(plane(), name);
      const wanted = synthesized(name, spec, status.tokenSecretName ?? '');
      expect(await objectKeysOf(name)).toEqual(wanted.map(keyOf).sort());
      for (const object of wanted) {
        const { body } = await plane().admin.ok({ path: pathOf(object) });
        expect(body).toMatchObject(withoutEmpty(object));
      }
    }
  });

  test('names each tenant’s token once, before the Secret is there, and never reads it', async () => {
    const { status } = await tenant(plane(), 'plain');
    const secret = await plane().admin.ok({
      path: `/api/v1/namespaces/tenant-plain/secrets/${status.tokenSecretName ?? ''}`,
    });
    const all = await plane().admin.ok({ path: '/api/v1/namespaces/tenant-plain/secrets' });
    expect((all.body as { items: unknown[] }).items).toHaveLength(1);
    const { token } = (secret.body as { data: { token: string } }).data;
    expect(Buffer.from(token, 'base64').toString()).toMatch(/^[\w-]{43}$/);
  });

  test('writes nothing in a second pass, and reads nothing', async () => {
    await using runner = await startTestRunner(plane());
    await runner.settled();
    const passes = await runner.passes();
    const requests = await plane().audit.during(async () => {
      for (const name of Object.keys(specs)) {
        await mergePatch(plane(), ours('TenantGateway', name), {
          metadata: { annotations: { touched: 'by a person' } },
        });
      }
      await mergePatch(plane(), ours('GatewayProfile', 'default'), { metadata: { annotations: { touched: 'too' } } });
      await eventually(async () => (await runner.passes()) >= passes + 4);
      await runner.settled();
    });
    expect(ofRunner(requests)).toEqual([]);
  });

  test('costs a new tenant its objects and at most four requests more, Events and the last status included', async () => {
    await using runner = await startTestRunner(plane());
    await runner.settled();
    const collection = ours('TenantGateway');
    const { metadata } = (await plane().admin.ok({ path: collection })).body as {
      metadata: { resourceVersion: string };
    };
    const requests = await plane().audit.during(async () => {
      await createObject(plane(), 'TenantGateway', { name: 'counted' });
      await makePodReady(plane(), 'counted');
      await tenantWhen(plane(), 'counted', ({ conditions }) => conditions?.[0]?.status === 'True');
      await runner.settled();
    });
    const forTenant = ofRunner(requests).filter(({ resource }) => !/^(gatewayprofiles|policybundles)/.test(resource));
    const children = (await objectKeysOf('counted')).length + 1;
    const versions = await versionsOf<Live>(plane(), { collection, name: 'counted', since: metadata.resourceVersion });
    // Nobody schedules pods here; it may be told before the test says that the pod is ready.
    const unscheduled = versions.filter(({ status }) => JSON.stringify(status).includes('is on no node'));
    const beyond = forTenant.filter(({ resource }) => /^(tenantgateways|events)/.test(resource));
    expect(beyond.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
      'patch tenantgateways',
      ...Array<string>(3 + unscheduled.length).fill('patch tenantgateways/status'),
    ]);
    expect(forTenant).toHaveLength(children + beyond.length);
    expect(countRequests(requests).get(agent)?.reads).toBe(0);
  });

  test('says what is true of a cluster without nodes', async () => {
    const plain = await tenant(plane(), 'plain');
    expect(condition(plain, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'NotReady',
      message:
        'gateway 0/1 ready: gateway-0 is on no node: no scheduler has judged it (has the cluster nodes and a scheduler?)',
    });
    expect(condition(plain, 'Reconciling')?.status).toBe('True');
    expect(condition(plain, 'Available')?.status).toBe('False');
    expect(condition(plain, 'Degraded')?.status).toBe('False');
    const stopped = await tenant(plane(), 'stopped');
    expect(condition(stopped, 'Ready')).toMatchObject({ status: 'True', reason: 'Stopped' });
    expect(stopped.status).toMatchObject({ replicas: 0, namespace: 'tenant-stopped', version: '2026.9.6' });
  });

  test('is Ready when the pod is, and says so in one write', async () => {
    await using runner = await startTestRunner(plane());
    await runner.settled();
    const requests = await plane().audit.during(async () => {
      await makePodReady(plane(), 'plain');
      await tenantWhen(plane(), 'plain', ({ conditions }) => conditions?.[0]?.status === 'True');
      await runner.settled();
    });
    const ready = await tenant(plane(), 'plain');
    expect(ready.status.replicas).toBe(1);
    expect(ready.status.revision?.lastGood).toBe(ready.status.revision?.applied);
    for (const type of ['Available', 'PolicySynced']) expect(condition(ready, type)?.status).toBe('True');
    expect(ofRunner(requests).map(({ verb, resource, name }) => `${verb} ${resource} ${name}`)).toEqual([
      'patch tenantgateways/status plain',
    ]);
  });

  test('counts the tenants of profiles and bundles in their status', async () => {
    await eventually(async () => {
      const paths = [ours('GatewayProfile', 'default'), ours('PolicyBundle', 'base')];
      const answers = await Promise.all(paths.map((path) => plane().admin.ok({ path })));
      return answers.every(({ body }) => {
        const { status } = body as { status: { tenants?: number; observedGeneration: number } };
        return status.tenants === 4 && status.observedGeneration === 1;
      });
    });
  });
});

describe('a ConfigMap that somebody made under a name of ours before there was a tenant', () => {
  test.each<[string, { name: string; labels?: Record<string, string>; content: object; problem?: string }]>([
    ['has other content', { name: 'other', content: { data: { a: 'b' }, immutable: true }, problem: 'data' }],
    ['can still be changed', { name: 'open', content: { immutable: undefined }, problem: 'immutable' }],
    [
      'has other content and our labels',
      { name: 'labelled', labels: { 'cellwright.dev/tenant': 'labelled' }, content: { data: { a: 'b' } } },
    ],
  ])('and that %s becomes no part of it', async (_how, { name, labels, content, problem }) => {
    await using _runner = await startTestRunner(plane());
    const [theirs, wanted] = await takeName(name, labels, content);
    await createObject(plane(), 'TenantGateway', { name });
    if (problem !== undefined) {
      const refused = await tenantWhen(plane(), name, (_status, live) => condition(live, 'Stalled')?.status === 'True');
      const key = `ConfigMap/tenant-${name}/${wanted.metadata.name}`;
      expect(condition(refused, 'Ready')?.message).toContain(
        `${key} exists and is not ours to take: its ${problem} differ from ours; delete it, and it is made anew`,
      );
      expect(await plane().admin.object({ path: pathOf(wanted) })).toEqual(theirs);
      expect(await objectKeysOf(name)).not.toContain('StatefulSet/gateway');
      await plane().admin.ok({ method: 'DELETE', path: pathOf(wanted) });
    }
    await tenantWhen(
      plane(),
      name,
      (status, live) => isObserved(status, live) && condition(live, 'Stalled')?.status === 'False',
    );
    const ours = await plane().admin.object({ path: pathOf(wanted) });
    expect(ours.metadata.uid).not.toBe(theirs.metadata.uid);
    expect([ours['data'], ours['immutable']]).toEqual([wanted['data'], true]);
  });
});

/** A retained namespace of the tenant, in which the name of its policy is taken; as it is then, and what the tenant wants there. */
async function takeName(
  name: string,
  labels: Record<string, string> | undefined,
  content: object,
): Promise<[TestObject, KubeObject]> {
  const objects = synthesized(name, {}, '');
  const wanted = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('policy-'));
  const namespace = objects.find(({ kind }) => kind === 'Namespace');
  if (wanted === undefined || namespace === undefined) throw new Error(`tenant ${name} has no policy`);
  const metadata = { name: wanted.metadata.name, ...(labels === undefined ? {} : { labels }) };
  const { admin } = plane();
  await admin.ok({ method: 'POST', path: '/api/v1/namespaces', body: namespace });
  const body = { ...wanted, metadata, ...content };
  await admin.ok({ method: 'POST', path: `/api/v1/namespaces/tenant-${name}/configmaps`, body });
  return [await admin.object({ path: pathOf(wanted) }), wanted];
}

function synthesized(name: string, spec: TenantGatewaySpec, tokenSecretName: string): readonly KubeObject[] {
  return synthesizeTenant({
    tenant: { name, spec: filled('TenantGateway', spec) as TenantGatewaySpec },
    profile: { name: 'default', spec: filled('GatewayProfile', {}) as GatewayProfileSpec },
    bundles: [
      {
        name: 'base',
        spec: filled('PolicyBundle', { rules: { tools: { requireApproval: ['message'] } } }) as PolicyBundleSpec,
      },
    ],
    assets,
    ...(spec.access?.tokenSecretRef === undefined ? { tokenSecretName } : {}),
  }).objects;
}

/** A spec as the API server holds it. */
function filled(kind: string, spec: unknown): unknown {
  const definition = kindNamed(kind);
  if (definition === undefined) throw new Error(kind);
  return (withDefaults(definition, { metadata: { name: 'any' }, spec }) as { spec: unknown }).spec;
}

/** The API server drops empty lists and maps where the kind marks them so. */
function withoutEmpty(value: object): object {
  const isEmpty = (member: unknown): boolean =>
    typeof member === 'object' && member !== null && Object.keys(member).length === 0;
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => (isEmpty(member) ? undefined : member))) as object;
}

function ofRunner(requests: readonly AuditRequest[]): AuditRequest[] {
  return requests.filter(
    ({ userAgent, verb, uri }) => userAgent === agent && verb !== 'watch' && !uri.includes('watch=1'),
  );
}

function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const resource = cellKinds.find((known) => known.apiVersion === apiVersion && known.kind === kind);
  if (resource === undefined) throw new Error(kind);
  return objectPath(resource, metadata);
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

/** Every object of a cell by its label, Secrets aside. */
async function objectKeysOf(name: string): Promise<string[]> {
  const lists = cellKinds
    .filter(({ optional }) => optional !== true)
    .map(async (resource) => {
      const path = `${collectionPath(resource)}?labelSelector=cellwright.dev/tenant%3D${name}`;
      const { items } = (await plane().admin.ok({ path })).body as { items: { metadata: { name: string } }[] };
      return items.map((item) => `${resource.kind}/${item.metadata.name}`);
    });
  return (await Promise.all(lists)).flat().sort();
}
