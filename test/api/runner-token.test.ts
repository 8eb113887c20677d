import { describe, expect, test } from '@jest/globals';
import { rfc3339 } from '../../runner/fleet/tenant-status.ts';
import type { AuditRequest } from './support/audit-log.ts';
import type { TestObject } from './support/api-client.ts';
import { bindPod } from './support/bound-pod.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { accountKubeconfig } from './support/account-kubeconfig.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { runCellwright, startCellwright } from './support/cellwright.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import {
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
import { untilTold } from './support/told-events.ts';
import type { Live } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const annotation = 'cellwright.dev/rotate-token';
const runner = runnerOfFile(plane);

const cell = (name: string): string => `/api/v1/namespaces/tenant-${name}`;
const statefulSet = (name: string): Promise<TestObject> =>
  plane().admin.object({ path: `/apis/apps/v1/namespaces/tenant-${name}/statefulsets/gateway` });
const tokenSecrets = async (name: string): Promise<string[]> =>
  (await plane().admin.list(`${cell(name)}/secrets`)).map(({ metadata }) => metadata.name);
const nameOf = ({ status }: Live): string => status.tokenSecretName ?? '';
const ask = (name: string, value: string | null): Promise<void> =>
  mergePatch(plane(), ours('TenantGateway', name), { metadata: { annotations: { [annotation]: value } } });

/** What the runner sent, reads included, watches aside. */
function sent(requests: readonly AuditRequest[], name: string): string[] {
  return requests
    .filter(({ userAgent, verb, uri }) => userAgent === agent && verb !== 'watch' && !uri.includes('watch=1'))
    .filter((request) => request.name === name || request.namespace === `tenant-${name}`)
    .map(({ verb, resource }) => `${verb} ${resource}`);
}

const isReady = (live: Live): boolean => live.status.conditions?.[0]?.status === 'True';

/** A tenant whose pod is ready. */
async function readyTenant(name: string): Promise<Live> {
  await createObject(plane(), 'TenantGateway', { name });
  await tenantWhen(plane(), name, isObserved);
  await makePodReady(plane(), name);
  return tenantWhen(plane(), name, (_status, live) => isReady(live));
}

/** The pod with the new token, which the StatefulSet controller makes, gets ready. */
async function rolledOut(name: string, before: Live): Promise<Live> {
  const after = await tenantWhen(plane(), name, (_status, live) => nameOf(live) !== nameOf(before));
  const path = `${cell(name)}/pods/gateway-0`;
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path });
    const { metadata, spec } = body as { metadata: TestObject['metadata']; spec?: { nodeName?: string } };
    // The last word on a pod that has a node is the kubelet's.
    if (metadata.deletionTimestamp !== undefined && spec?.nodeName !== undefined) {
      await plane().admin.send({ method: 'DELETE', path: `${path}?gracePeriodSeconds=0` });
    }
    return status === 200 && JSON.stringify(spec).includes(nameOf(after));
  });
  await makePodReady(plane(), name);
  return tenantWhen(plane(), name, (_status, live) => isReady(live));
}

/** What a kubelet says of a container that cannot start. */
function sayMissing(name: string, secret: string, more: object = {}): Promise<void> {
  return sayWaiting(name, { reason: 'CreateContainerConfigError', message: `secret "${secret}" not found` }, more);
}

const killed = { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: null, finishedAt: null } } };

/** What a kubelet says of a container that waits. @param more besides, of how it ended before */
async function sayWaiting(name: string, waiting: object, more: object = {}): Promise<void> {
  const path = `${cell(name)}/pods/gateway-0`;
  await eventually(async () => (await plane().admin.send({ path })).status === 200);
  const { spec } = await plane().admin.object({ path });
  if ((spec as { nodeName?: string }).nodeName === undefined) await bindPod(plane(), path);
  const state = { waiting };
  const container = { name: 'gateway', image: 'x', imageID: '', ready: false, restartCount: 0, state, ...more };
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'False' }));
  await mergePatch(plane(), `${path}/status`, {
    status: { phase: 'Pending', conditions, containerStatuses: [container] },
  });
}

describe('a new token that was asked for', () => {
  test('is named, made and mounted, in this order, in one rollout, and nothing is read', async () => {
    const before = await readyTenant('asked');
    await runner.settled();
    const generation = (await statefulSet('asked')).metadata.generation ?? 0;
    const requests = await plane().audit.during(async () => {
      await ask('asked', 'now');
      await rolledOut('asked', before);
      await runner.settled();
    });
    expect(sent(requests, 'asked').slice(0, 3)).toEqual([
      'patch tenantgateways/status',
      'create secrets',
      'patch statefulsets',
    ]);
    expect(new Set(sent(requests, 'asked').slice(3))).toEqual(new Set(['patch tenantgateways/status']));
    expect((await statefulSet('asked')).metadata.generation).toBe(generation + 1);
    const { status } = await tenant(plane(), 'asked');
    expect(status.tokenRotation).toEqual({ answered: 'now' });
    expect(await tokenSecrets('asked')).toHaveLength(2);
  });

  test('is not Ready in any version from its name on until the pods have it', async () => {
    const before = await tenant(plane(), 'asked');
    await ask('asked', 'once more');
    const renamed = await tenantWhen(plane(), 'asked', (_status, live) => nameOf(live) !== nameOf(before));
    expect(renamed.status.conditions?.[0]).toMatchObject({ type: 'Ready', status: 'False' });
    await rolledOut('asked', before);
  });

  test('is made once: not for the same request, nor by another runner, nor when the request is taken back', async () => {
    const before = await tenant(plane(), 'asked');
    await using _second = await startTestRunner(plane());
    await mergePatch(plane(), ours('TenantGateway', 'asked'), { metadata: { annotations: { other: 'x' } } });
    await ask('asked', null);
    await ask('asked', '');
    await ask('asked', 'once more');
    await _second.settled();
    await runner.settled();
    expect(nameOf(await tenant(plane(), 'asked'))).toBe(nameOf(before));
  });

  test('is made when the runner was stopped after the name was kept', async () => {
    const before = await readyTenant('killed');
    await runner.stop();
    const { metadata } = await tenant(plane(), 'killed');
    const generation = (await statefulSet('killed')).metadata.generation ?? 0;
    await ask('killed', 'k1');
    const requests = await plane().audit.during(async () => {
      const send: Parameters<typeof startTestRunner>[1] = {
        wrap: (next) => async (request) => {
          if (request.path.endsWith('/secrets')) throw new Error('the process is gone');
          return next(request);
        },
      };
      await using _stopped = await startTestRunner(plane(), send);
      await tenantWhen(plane(), 'killed', ({ tokenRotation }) => tokenRotation?.answered === 'k1');
      await eventually(async () => (await tenant(plane(), 'killed')).status.conditions?.[0]?.reason === 'ApplyFailed');
    });
    expect(metadata.uid).toBe(before.metadata.uid);
    expect(sent(requests, 'killed')).not.toContain('create secrets');
    const named = await tenant(plane(), 'killed');
    expect(nameOf(named)).not.toBe(nameOf(before));
    expect(await tokenSecrets('killed')).not.toContain(nameOf(named));
    await runner.startAnew();
    const after = await rolledOut('killed', before);
    expect(nameOf(after)).toBe(nameOf(named));
    expect(await tokenSecrets('killed')).toContain(nameOf(named));
    expect((await statefulSet('killed')).metadata.generation).toBe(generation + 1);
  });
});

describe('a token Secret that is lost', () => {
  test('is replaced by another one when a pod cannot start without it, and the pods roll once', async () => {
    const before = await readyTenant('lost');
    const generation = (await statefulSet('lost')).metadata.generation ?? 0;
    await plane().admin.ok({ method: 'DELETE', path: `${cell('lost')}/secrets/${nameOf(before)}` });
    const requests = await plane().audit.during(async () => {
      await sayMissing('lost', nameOf(before));
      await rolledOut('lost', before);
      await runner.settled();
    });
    expect(sent(requests, 'lost').filter((what) => what.endsWith('secrets'))).toEqual(['create secrets']);
    expect((await statefulSet('lost')).metadata.generation).toBe(generation + 1);
    expect(await tokenSecrets('lost')).toEqual([nameOf(await tenant(plane(), 'lost'))]);
    await untilTold(plane(), { name: 'lost', reason: 'TokenLost', note: nameOf(before) });
  });

  test('is not replaced again within ten minutes, but after them', async () => {
    const before = await tenant(plane(), 'lost');
    await sayMissing('lost', nameOf(before));
    await tenantWhen(plane(), 'lost', ({ conditions }) => conditions?.[0]?.message.includes(nameOf(before)) === true);
    await runner.settled();
    expect(nameOf(await tenant(plane(), 'lost'))).toBe(nameOf(before));
    const lostAt = rfc3339(Date.now() - 601_000);
    await mergePatch(plane(), `${ours('TenantGateway', 'lost')}/status`, { status: { tokenRotation: { lostAt } } });
    await tenantWhen(plane(), 'lost', (_status, live) => nameOf(live) !== nameOf(before));
  });

  test('is noticed when the container has crashed before, and that was told', async () => {
    const before = await readyTenant('crashed');
    await plane().admin.ok({ method: 'DELETE', path: `${cell('crashed')}/secrets/${nameOf(before)}` });
    await sayWaiting('crashed', { reason: 'CrashLoopBackOff', message: 'back-off 10s' }, killed);
    await tenantWhen(plane(), 'crashed', ({ conditions }) => conditions?.[0]?.message.includes('code 137') === true);
    await runner.settled();
    await sayMissing('crashed', nameOf(before), killed);
    await rolledOut('crashed', before);
    expect(nameOf(await tenant(plane(), 'crashed'))).not.toBe(nameOf(before));
  });

  test('is not one of another name, such as a credential’s', async () => {
    const before = await readyTenant('other');
    await sayMissing('other', 'keys');
    await tenantWhen(plane(), 'other', ({ conditions }) => conditions?.[0]?.message.includes('"keys"') === true);
    await runner.settled();
    expect(nameOf(await tenant(plane(), 'other'))).toBe(nameOf(before));
  });
});

describe('cellwright token rotate', () => {
  const rotate = (name: string, ...more: string[]) =>
    runCellwright('token', 'rotate', name, '--kubeconfig', plane().kubeconfigPath, ...more);

  test('gives the new Secret, removes the old ones, and tells no token; twice', async () => {
    await readyTenant('cli');
    for (const round of [1, 2]) {
      const before = await tenant(plane(), 'cli');
      const generation = (await statefulSet('cli')).metadata.generation ?? 0;
      const secretOf = async (name: string): Promise<string> =>
        ((await plane().admin.object({ path: `${cell('cli')}/secrets/${name}` }))['data'] as { token: string }).token;
      const oldToken = await secretOf(nameOf(before));
      const running = rotate('cli', '-o', 'json');
      const after = await rolledOut('cli', before);
      const { code, stdout, stderr } = await running;
      expect([round, code, stderr.includes('asked for a new token')]).toEqual([round, 0, true]);
      expect(JSON.parse(stdout)).toEqual({
        tenant: 'cli',
        namespace: 'tenant-cli',
        secret: nameOf(after),
        removed: [nameOf(before)],
        kept: [],
      });
      expect(await tokenSecrets('cli')).toEqual([nameOf(after)]);
      expect((await statefulSet('cli')).metadata.generation).toBe(generation + 1);
      const newToken = await secretOf(nameOf(after));
      expect(newToken).not.toBe(oldToken);
      for (const token of [oldToken, newToken]) {
        expect(stdout + stderr).not.toContain(token);
        expect(stdout + stderr).not.toContain(Buffer.from(token, 'base64').toString());
      }
    }
  });

  test('ends in time, says what goes on, and takes up the same request the next time', async () => {
    const before = await tenant(plane(), 'cli');
    const first = await rotate('cli', '--timeout', '3s');
    expect([first.code, first.stderr]).toEqual([3, expect.stringContaining('The runner goes on by itself')]);
    await rolledOut('cli', before);
    expect(await tokenSecrets('cli')).toHaveLength(2);
    const middle = await tenant(plane(), 'cli');
    const running = rotate('cli');
    const after = await rolledOut('cli', middle);
    expect((await running).code).toBe(0);
    expect(await tokenSecrets('cli')).toEqual([nameOf(after)]);
  });

  test('waits for a request that is not answered yet instead of making another', async () => {
    const before = await tenant(plane(), 'cli');
    await runner.stop();
    await ask('cli', 'by hand');
    const running = startCellwright('token', 'rotate', 'cli', '--kubeconfig', plane().kubeconfigPath);
    await running.told('asked for already');
    await runner.startAnew();
    await rolledOut('cli', before);
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('asked for already (by hand)')]);
    expect((await tenant(plane(), 'cli')).status.tokenRotation?.answered).toBe('by hand');
  });

  test('says what to do instead where the runner makes no token', async () => {
    const tokenSecretRef = { name: 'mine', key: 'token' };
    await createObject(plane(), 'TenantGateway', { name: 'own', spec: { access: { tokenSecretRef } } });
    await createObject(plane(), 'TenantGateway', {
      name: 'git',
      spec: { delivery: 'Rendered', access: { tokenSecretRef } },
    });
    await createObject(plane(), 'TenantGateway', { name: 'held', annotations: { 'cellwright.dev/paused': 'yes' } });
    const said = async (name: string): Promise<[number | null, string]> => {
      const { code, stderr } = await rotate(name);
      return [code, stderr];
    };
    expect(await said('nobody')).toEqual([2, expect.stringContaining('has no tenant "nobody"')]);
    expect(await said('own')).toEqual([2, expect.stringContaining('tenant-own/mine (spec.access.tokenSecretRef)')]);
    expect(await said('git')).toEqual([2, expect.stringContaining('Tenant git is Rendered')]);
    expect(await said('held')).toEqual([2, expect.stringContaining('Tenant held is paused')]);
  });

  test.each<[string, string[], string]>([
    ['lister', ['list'], 'delete'],
    ['blind', [], 'list'],
  ])(
    'with the rights of a %s rotates, and names the command that removes the old Secret',
    async (account, verbs, refused) => {
      await using folder = await temporaryFolder();
      await grant(account, [
        { apiGroups: ['cellwright.dev'], resources: ['tenantgateways'], verbs: ['get', 'patch'] },
        ...(verbs.length === 0 ? [] : [{ apiGroups: [''], resources: ['secrets'], verbs }]),
      ]);
      const kubeconfig = await accountKubeconfig(plane(), { namespace: 'default', account, folder: folder.path });
      const before = await tenant(plane(), 'cli');
      const old = await tokenSecrets('cli');
      const requests = await plane().audit.during(async () => {
        const running = runCellwright('token', 'rotate', 'cli', '--kubeconfig', kubeconfig, '-o', 'json');
        const after = await rolledOut('cli', before);
        const { code, stdout, stderr } = await running;
        expect([code, JSON.parse(stdout)]).toEqual([
          3,
          expect.objectContaining({ secret: nameOf(after), removed: [] }),
        ]);
        expect(stderr).toContain('kubectl -n tenant-cli delete secret ');
        expect(stderr).toContain(nameOf(before));
      });
      const own = requests.filter(({ user }) => user === `system:serviceaccount:default:${account}`);
      expect(own.filter(({ status }) => status === 403).map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
        `${refused} secrets`,
      ]);
      expect(await tokenSecrets('cli')).toEqual(expect.arrayContaining(old));
    },
  );

  test('without the right to ask changes nothing and quotes the API server', async () => {
    await using folder = await temporaryFolder();
    await grant('reader', [{ apiGroups: ['cellwright.dev'], resources: ['tenantgateways'], verbs: ['get'] }]);
    const kubeconfig = await accountKubeconfig(plane(), {
      namespace: 'default',
      account: 'reader',
      folder: folder.path,
    });
    const before = await tenant(plane(), 'cli');
    const { code, stdout, stderr } = await runCellwright('token', 'rotate', 'cli', '--kubeconfig', kubeconfig);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/cellwright: PATCH \S+: the API server answered 403 Forbidden: .*cannot patch/);
    expect(nameOf(await tenant(plane(), 'cli'))).toBe(nameOf(before));
  });
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** A ServiceAccount in `default` that may do exactly this. */
async function grant(account: string, rules: readonly Rule[]): Promise<void> {
  const metadata = { name: account };
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const post = (path: string, body: object): Promise<unknown> => plane().admin.ok({ method: 'POST', path, body });
  await post('/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await post(`${rbac}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata, rules });
  await post(`${rbac}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: account },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: account }],
  });
}
