/** What must go on behind the walls: the runner, Git, Kubernetes' own controllers, and everybody's honest work. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fleetAdmin, holder } from './support/people/holders.ts';
import type { ApiClient, TestObject, TestRequest } from './support/api-client.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { quotaIsCounted } from './support/counted-quota.ts';
import { attempt, patch, post, wallOf } from './support/people/attack.ts';
import { egressAttacks, publicApiServer } from './support/people/egress-attacks.ts';
import { foreignImage, gatewayImage, podOf, workloadOf } from './support/people/pods.ts';
import { peopleOf, platformRoute, startWalledFleet } from './support/people/walled-fleet.ts';
import type { Attackers } from './support/people/walled-fleet.ts';
import { without } from './support/people/walls.ts';
import {
  condition,
  createObject,
  eventually,
  isObserved,
  mergePatch,
  ours,
  tenantWhen,
} from './support/running-fleet.ts';
import type { Live, TestRunner } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const core = '/api/v1/namespaces/tenant-acme';
const own = ours('TenantGateway', 'acme');
let runner: TestRunner | undefined;
let people: Attackers;

beforeAll(async () => {
  runner = await startWalledFleet(plane());
  people = await peopleOf(plane());
}, 120_000);

afterAll(async () => {
  await runner?.stop();
});

const passes = async (client: ApiClient, request: TestRequest): Promise<string> =>
  wallOf(await attempt(client, request));
const passed = expect.stringMatching(/^20[01] /);

describe('the admin of a tenant', () => {
  test.each<[string, object]>([
    ['configuration', { openclaw: { config: { agents: { defaults: { model: { primary: 'a/b' } } } } } }],
    ['variables', { openclaw: { env: { LANG: 'C.UTF-8' } } }],
    ['workspace', { openclaw: { workspace: [{ path: 'SOUL.md', content: 'Be brief.' }] } }],
    ['credentials', { credentials: [{ name: 'a', provider: 'anthropic', secretRef: { name: 'k', key: 'a' } }] }],
    ['egress', { egress: [{ cidr: '203.0.113.0/24', ports: [{ port: 443 }] }] }],
    ['replicas', { replicas: 2, separateMemories: true }],
    ['sizes', { storage: { size: '20Gi' }, resources: { memoryLimit: '2Gi' } }],
    ['state', { state: 'Stopped' }],
    ['a route under the name that the profile gives', { access: { ingress: {} } }],
    ['their own policy', { policy: { tools: { deny: ['write'] } } }],
  ])('changes %s', async (_what, spec) => {
    expect(await passes(people.documented, patch(own, { spec }))).toEqual(passed);
  });

  test('writes the whole tenant back as it is, and asks for a new token', async () => {
    const { metadata, ...rest } = await people.documented.object({ path: own });
    const annotations = { ...metadata.annotations, 'cellwright.dev/rotate-token': 'now' };
    const body = { ...rest, metadata: { ...metadata, annotations } };
    expect(await passes(people.documented, { method: 'PUT', path: own, body })).toEqual(passed);
  });

  test('keeps Secrets, ConfigMaps and accounts of their own, and restarts the gateway', async () => {
    const of = (kind: string): object => ({ apiVersion: 'v1', kind, metadata: { name: 'mine' } });
    expect(await passes(people.documented, post(`${core}/secrets`, of('Secret')))).toEqual(passed);
    expect(await passes(people.documented, post(`${core}/configmaps`, of('ConfigMap')))).toEqual(passed);
    expect(await passes(people.documented, post(`${core}/serviceaccounts`, of('ServiceAccount')))).toEqual(passed);
    expect(await passes(people.documented, { method: 'DELETE', path: `${core}/pods/gateway-0` })).toEqual(passed);
    expect(await passes(people.overbound, patch(core, { metadata: { labels: { theirs: 'yes' } } }))).toEqual(passed);
  });

  test('has no guard to change, but finalizers on some, annotations on claims, and nothing at all pass', async () => {
    const policy = '/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies/cell';
    const [claim] = await plane().admin.list(`${core}/persistentvolumeclaims`);
    const volume = `${core}/persistentvolumeclaims/${claim?.metadata.name ?? ''}`;
    const quota = `${core}/resourcequotas/cell`;
    const finalizers = { metadata: { finalizers: ['networking.k8s.aws/resources'] } };
    const annotations = { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'node' } } };
    const asItIs = async (path: string): Promise<TestRequest> => ({
      method: 'PUT',
      path,
      body: await plane().admin.object({ path }),
    });
    for (const request of [patch(policy, finalizers), patch(volume, annotations), await asItIs(quota)]) {
      expect(await passes(people.overbound, request)).toEqual(passed);
    }
    const widens = { spec: { egress: [{}] } };
    for (const request of [
      patch(quota, finalizers),
      patch(policy, annotations),
      patch(policy, { ...finalizers, ...widens }),
      patch(volume, { metadata: { labels: { 'cellwright.dev/tenant': 'other' } } }),
    ]) {
      expect(await passes(people.overbound, request)).toBe('cellwright-tenant-guards');
    }
    // The class of a claim is no annotation that anybody may change: the API server holds it.
    const older = { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'of-another' } } };
    expect(await passes(people.overbound, patch(volume, older))).toMatch(/^422 .*storage-class: .* is immutable$/);
  });

  test('is told what a deletion of many would be, though that names none', async () => {
    const path = '/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies';
    const { body } = await attempt(people.documented, { method: 'DELETE', path });
    expect((body as { message: string }).message).toMatch(
      /what guards a tenant is written by the runner or from Git, .* instead of networkpolicies (cell|default-deny)/,
    );
  });

  test('gives up a route, but for what the platform said of it', async () => {
    const routed = ours('TenantGateway', 'routed');
    const { host } = platformRoute;
    const gateway = { name: 'shared', namespace: 'ingress-system' };
    for (const access of [{ ingress: { host } }, { ingress: null, httpRoute: { host, gateway } }]) {
      await mergePatch(plane(), routed, { spec: { access: null } });
      await mergePatch(plane(), routed, { spec: { access } });
      for (const given of [{ ingress: null, httpRoute: null }, null]) {
        expect(await passes(people.documented, patch(routed, { spec: { access: given } }))).toEqual(passed);
      }
      const route = access.ingress === null ? 'httpRoute' : 'ingress';
      const template = { access: { [route]: { host: null } } };
      expect(await passes(people.documented, patch(routed, { spec: template }))).toBe('cellwright-platform-fields');
    }
  });

  describe('who asks for a way out that is closed', () => {
    const closes = (denyCIDRs: readonly string[] | null): Promise<void> =>
      mergePatch(plane(), ours('GatewayProfile', 'default'), { spec: { network: { denyCIDRs } } });
    const asksFor = async (cidr: string): Promise<void> => {
      await people.documented.ok(patch(own, { spec: { egress: [{ cidr, ports: [{ port: 443 }] }] } }));
    };
    const isStalled = (live: Live): boolean => condition(live, 'Stalled')?.status === 'True';
    const walls = async (): Promise<unknown[]> => {
      const policies = await plane().admin.list('/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies');
      return policies.map(({ metadata, spec }) => [metadata.name, metadata.generation, spec]);
    };

    beforeAll(async () => {
      await closes([publicApiServer]);
      const inExcept = `"${publicApiServer}"`;
      await eventually(async () => JSON.stringify(await walls()).includes(inExcept));
      await runner?.settled();
    });

    afterAll(async () => {
      await closes(null);
      await people.documented.ok(patch(own, { spec: { egress: null } }));
      await tenantWhen(plane(), 'acme', (status, live) => isObserved(status, live) && !isStalled(live));
      await runner?.settled();
    });

    test.each(egressAttacks)('$id is stopped by the runner, and no NetworkPolicy changes', async ({ cidrs }) => {
      const before = await walls();
      for (const cidr of cidrs) {
        await asksFor(cidr);
        const live = await tenantWhen(
          plane(),
          'acme',
          (_status, tenant) => condition(tenant, 'Stalled')?.message.includes(`${cidr} reaches into`) === true,
        );
        expect(isStalled(live)).toBe(true);
      }
      await runner?.settled();
      expect(await walls()).toEqual(before);
    });

    test('has it once the profile does not close it any more', async () => {
      await asksFor(publicApiServer);
      await tenantWhen(plane(), 'acme', (_status, live) => isStalled(live));
      await closes(null);
      await tenantWhen(plane(), 'acme', (status, live) => isObserved(status, live) && !isStalled(live));
      expect(JSON.stringify(await walls())).toContain(`{"cidr":"${publicApiServer}"}`);
    });
  });
});

test('a pod passes as it is, with a finalizer of others, and with what a network plugin says in its status', async () => {
  const pod = `${core}/pods/gateway-0`;
  const requests: readonly TestRequest[] = [
    { method: 'PUT', path: pod, body: await plane().admin.object({ path: pod }) },
    patch(pod, { metadata: { finalizers: ['example.com/mine'] } }),
    patch(`${pod}/status`, { metadata: { annotations: { 'example.com/network': 'on' } } }),
  ];
  for (const request of requests) expect(await passes(people.overbound, request)).toEqual(passed);
});

describe('platform fields', () => {
  const scheduling = { scheduling: { priorityClassName: 'high' } };
  const create = (spec: object): TestRequest =>
    post(ours('TenantGateway'), {
      apiVersion: 'cellwright.dev/v1alpha1',
      kind: 'TenantGateway',
      metadata: { name: 'new' },
      spec,
    });

  test('are set by a fleet admin, to any profile', async () => {
    const client = await fleetAdmin(plane());
    expect(await passes(client, patch(own, { spec: { ...scheduling, profile: 'lax', team: 'x' } }))).toEqual(passed);
    expect(await passes(client, patch(own, { metadata: { annotations: { 'cellwright.dev/paused': 'yes' } } }))).toEqual(
      passed,
    );
    expect(await passes(client, create({ organization: 'acme', profile: 'lax' }))).toEqual(passed);
  });

  test('are set under a profile by who may use it, and a change of profile takes both', async () => {
    const client = await holder(plane(), 'user-of-default', {
      resource: 'gatewayprofiles',
      verbs: ['use'],
      names: ['default'],
    });
    expect(await passes(client, patch(own, { spec: scheduling }))).toEqual(passed);
    expect(await passes(client, patch(own, { spec: { profile: 'lax' } }))).toBe('cellwright-platform-fields');
    expect(await passes(client, create({ organization: 'acme' }))).toEqual(passed);
    expect(await passes(client, create({ profile: 'lax' }))).toBe('cellwright-platform-fields');
    for (const [names, answer] of [
      [['lax'], 'cellwright-platform-fields'],
      [['default', 'lax'], passed],
    ] as const) {
      const user = await holder(plane(), `user-of-${names.join('-and-')}`, {
        resource: 'gatewayprofiles',
        verbs: ['use'],
        names,
      });
      expect(await passes(user, patch(own, { spec: { profile: 'lax' } }))).toEqual(answer);
    }
  });

  test('are set on a tenant by who may assign it, and on no other', async () => {
    const client = await holder(plane(), 'assigner', {
      resource: 'tenantgateways',
      verbs: ['assign'],
      names: ['acme'],
    });
    expect(await passes(client, patch(own, { spec: { profile: 'lax' } }))).toEqual(passed);
    const other = patch(ours('TenantGateway', 'other'), { spec: { profile: 'lax' } });
    expect(await passes(client, other)).toBe('cellwright-platform-fields');
  });

  test('are free to nobody else when a tenant is made: those that a spec leaves out count as their defaults', async () => {
    const client = await holder(plane(), 'maker', { resource: 'tenantgateways', verbs: ['create'] });
    expect(await passes(client, create({}))).toEqual(passed);
    const written = { organization: 'default', profile: 'default', delivery: 'Managed', deletionPolicy: 'Retain' };
    expect(await passes(client, create(written))).toEqual(passed);
    for (const spec of [{ organization: 'acme' }, scheduling, { storage: { className: 'x' } }]) {
      expect(await passes(client, create(spec))).toBe('cellwright-platform-fields');
    }
  });

  test('that are wanted are named, with who asked and what they lack', async () => {
    const { body } = await attempt(
      people.documented,
      patch(own, { spec: { team: 'x', openclaw: { version: '2026.1.1' } } }),
    );
    expect((body as { message: string }).message).toContain(
      'spec.team, spec.openclaw.version: for the platform to set; system:serviceaccount:people:tenant-admin has neither verb use on GatewayProfile default nor assign on TenantGateway acme',
    );
  });
});

describe('images', () => {
  const deployments = '/apis/apps/v1/namespaces/tenant-acme/deployments';

  /** What the ReplicaSet of a Deployment came to, whose template a person slipped in while the guards were away. */
  async function fateOf(image: string): Promise<string> {
    await plane().admin.ok(post(deployments, workloadOf('Deployment', 'apps/v1', image)));
    let fate = '';
    await eventually(async () => {
      const sets = (await plane().admin.list('/apis/apps/v1/namespaces/tenant-acme/replicasets')) as (TestObject & {
        status: { replicas: number; conditions?: { type: string; message: string }[] };
      })[];
      const [set] = sets;
      fate = set?.status.conditions?.[0]?.message ?? (set?.status.replicas === 1 ? 'a pod' : '');
      return fate !== '';
    });
    await plane().admin.ok({ method: 'DELETE', path: `${deployments}/own?propagationPolicy=Foreground` });
    await eventually(async () => (await plane().admin.send({ path: `${deployments}/own` })).status === 404);
    // Its pod has a place in the quota, which the next one needs.
    await quotaIsCounted(plane(), 'acme');
    return fate;
  }

  test('of no profile start no pod, whoever made the template', async () => {
    expect(await fateOf(foreignImage)).toContain(
      `GatewayProfile default does not allow ${foreignImage}: use an image that starts with ghcr.io/openclaw/openclaw: or openpolicyagent/opa:`,
    );
    expect(await fateOf(gatewayImage)).toBe('a pod');
    await without(plane(), 'cellwright-tenant-images', async () => {
      await eventually(async () => (await passes(people.documented, foreignPod)).startsWith('200'));
      expect(await fateOf(foreignImage)).toBe('a pod');
    });
    await eventually(async () => (await passes(people.documented, foreignPod)) === 'cellwright-tenant-images');
  });

  const foreignPod: TestRequest = {
    ...patch(`${core}/pods/gateway-0`, { spec: { containers: [{ name: 'gateway', image: foreignImage }] } }),
    contentType: 'application/strategic-merge-patch+json',
  };

  const podBy = (name: string, image = foreignImage): TestRequest =>
    post(`/api/v1/namespaces/tenant-${name}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      ...podOf(image),
      metadata: { name: 'own' },
    });

  test('follow the profile of the namespace, when it changes too', async () => {
    const controller = await plane().serviceAccount('kube-system', 'replicaset-controller');
    expect(await passes(controller, podBy('other'))).toBe('cellwright-tenant-images');
    await createObject(plane(), 'GatewayProfile', {
      name: 'wide',
      spec: { images: { allowed: ['docker.io/library/'] } },
    });
    await mergePatch(plane(), ours('TenantGateway', 'other'), { spec: { profile: 'wide' } });
    await eventually(async () => (await passes(controller, podBy('other'))).startsWith('201'));
    await mergePatch(plane(), ours('GatewayProfile', 'wide'), { spec: { images: { allowed: ['docker.io/acme/'] } } });
    await eventually(async () => (await passes(controller, podBy('other'))) === 'cellwright-tenant-images');
  });

  test('that run already do not keep a pod from being labelled under a stricter profile', async () => {
    // It would replace the pod by one of the new profile.
    await runner?.stop();
    const controller = await plane().serviceAccount('kube-system', 'statefulset-controller');
    await eventually(async () => (await passes(controller, podBy('other', gatewayImage))).startsWith('201'));
    await mergePatch(plane(), ours('GatewayProfile', 'wide'), {
      spec: { openclaw: { repository: 'mirror.example.com/x' } },
    });
    await eventually(
      async () => (await passes(controller, podBy('other', gatewayImage))) === 'cellwright-tenant-images',
    );
    const label = patch('/api/v1/namespaces/tenant-other/pods/gateway-0', { metadata: { labels: { seen: 'yes' } } });
    let last = '';
    await eventually(
      async () => (last = await passes(controller, label)).startsWith('200'),
      () => last,
    );
  });

  test('are none in a namespace that has lost its profile, or all profiles', async () => {
    await runner?.stop();
    const controller = await plane().serviceAccount('kube-system', 'replicaset-controller');
    const allowed = post(`${core}/pods`, {
      ...podOf(gatewayImage),
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'own' },
    });
    expect(await passes(controller, allowed)).toEqual(passed);
    await mergePatch(plane(), core, { metadata: { labels: { 'cellwright.dev/profile': null } } });
    await eventually(async () => (await passes(controller, allowed)) === 'cellwright-tenant-images');
    const label = patch(`${core}/pods/gateway-0`, { metadata: { labels: { seen: 'yes' } } });
    expect(await passes(controller, label)).toEqual(passed);
    expect(await passes(controller, foreignPod)).toBe('cellwright-tenant-images');
    await mergePatch(plane(), core, { metadata: { labels: { 'cellwright.dev/profile': 'default' } } });
    for (const name of ['default', 'lax', 'wide']) {
      // Tenants use them: the finalizer would keep them for as long.
      await mergePatch(plane(), ours('GatewayProfile', name), { metadata: { finalizers: null } });
      await plane().admin.ok({ method: 'DELETE', path: ours('GatewayProfile', name) });
    }
    let last = '';
    await eventually(
      async () => (last = await passes(controller, allowed)) === 'cellwright-tenant-images',
      () => last,
    );
    // Others in the cluster are not held up.
    const elsewhere = post('/api/v1/namespaces/people/pods', {
      ...podOf(foreignImage),
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'own' },
    });
    expect(await passes(plane().admin, elsewhere)).toEqual(passed);
  });
});
