/** The validating webhook before a real API server, with the rights of the platform. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { certificatesOf } from '../../runner/admission/ca-bundle.ts';
import type { AdmissionJudge } from '../../runner/admission/review.ts';
import type { Cluster } from '../../runner/kube/cluster.ts';
import type { Send } from '../../runner/kube/send.ts';
import { runnerUser } from '../../scripts/runner-usage.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { kubectl } from './support/kubectl.ts';
import { without } from './support/people/walls.ts';
import { runnerClient, runnerCluster } from './support/runner-account.ts';
import {
  createObject,
  eventually,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenantWhen,
} from './support/running-fleet.ts';
import {
  balance,
  configurationAt,
  configurationPath,
  register,
  registeredBundle,
  startTestWebhook,
  untilAsked,
  untilRegistered,
} from './support/webhook.ts';
import type { TestWebhook } from './support/webhook.ts';

const plane = controlPlaneOfFile();
let folder: string;
let cluster: Cluster;

beforeAll(async () => {
  await installPlatform(plane());
  folder = await mkdtemp(path.join(tmpdir(), 'cellwright-webhook-'));
  cluster = await runnerCluster(plane());
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const problem = { code: 'test.team', path: 'spec.team', message: '"forbidden" is no team', fix: 'write another' };

/** Refuses one team. */
const judge: AdmissionJudge = ({ object }) => {
  const { team } = (object as { spec: { team?: string } }).spec;
  return Promise.resolve({ problems: team === 'forbidden' ? [problem] : [], warnings: ['this is a test'] });
};

const isReady = async (webhook: TestWebhook): Promise<void> => {
  await eventually(
    () => Promise.resolve(webhook.notReadyBecause() === undefined),
    () => webhook.notReadyBecause() ?? '',
  );
};

/** Of several behind one address, one is asked over a connection that stays. */
const areTrusted = async (...webhooks: readonly TestWebhook[]): Promise<void> => {
  await untilRegistered(plane(), webhooks.length);
  await Promise.all(webhooks.map(isReady));
  await untilAsked(plane(), () => Promise.resolve(webhooks.flatMap(({ asked }) => asked).length));
};

const refused = { organization: 'acme', team: 'forbidden' };
const tenantOf = (name: string, spec: object): object => ({
  apiVersion: 'cellwright.dev/v1alpha1',
  kind: 'TenantGateway',
  metadata: { name },
  spec,
});
const post = (name: string, spec: object): ReturnType<ReturnType<typeof plane>['admin']['send']> =>
  plane().admin.send({ method: 'POST', path: ours('TenantGateway'), body: tenantOf(name, spec) });

test('a runner works and is ready without a registered webhook; once there is one, it is ready when its CA is in', async () => {
  const requests = await plane().audit.during(async () => {
    const admission = { address: '127.0.0.1:0', names: ['127.0.0.1'], spreadMs: 200, lingerMs: 0 };
    await using runner = await startTestRunner(plane(), { admission });
    await createObject(plane(), 'TenantGateway', { name: 'early' });
    await tenantWhen(plane(), 'early', isObserved);
    await eventually(async () => (await runner.probe('/readyz')).status === 200);
    await using _webhook = await register(plane(), runner.admissionAddress ?? '', 'Fail');
    await untilRegistered(plane());
    await eventually(async () => (await runner.probe('/readyz')).status === 200);
    const reviews = (): Promise<number> => runner.metric('cellwright_admission_requests_total{verdict="allowed"}');
    await untilAsked(plane(), reviews);
    const before = await reviews();
    await createObject(plane(), 'TenantGateway', { name: 'judged' });
    expect(await reviews()).toBe(before + 1);
    await tenantWhen(plane(), 'judged', isObserved);
    // Its own writes (finalizer, token name, status) are not judged.
    expect(await reviews()).toBe(before + 1);
    await runner.settled();
  });
  const own = requests.filter(({ user }) => user === runnerUser);
  expect(own.filter(({ status }) => status === 403).map(({ verb, uri }) => `${verb} ${uri}`)).toEqual([]);
  const onWebhooks = own.filter(({ resource }) => resource === 'validatingwebhookconfigurations');
  expect(new Set(onWebhooks.map(({ verb }) => verb))).toEqual(new Set(['list', 'patch', 'watch']));
});

test('a runner is not ready while the API server cannot trust its webhook, says so, and lives', async () => {
  const released = Promise.withResolvers<undefined>();
  const wrap =
    (send: Send): Send =>
    async (request) => {
      if (request.method === 'PATCH' && request.path === configurationPath) await released.promise;
      return send(request);
    };
  const admission = { address: '127.0.0.1:0', names: ['127.0.0.1'], spreadMs: 200, lingerMs: 0 };
  await using runner = await startTestRunner(plane(), { admission, wrap });
  const isReadyNow = async (): Promise<boolean> => (await runner.probe('/readyz')).status === 200;
  try {
    await eventually(isReadyNow);
    await using _webhook = await register(plane(), runner.admissionAddress ?? '', 'Fail');
    await eventually(async () => !(await isReadyNow()));
    expect(await runner.probe('/readyz')).toEqual({
      status: 503,
      text: 'ValidatingWebhookConfiguration cellwright does not have the CA of this replica yet\n',
    });
    expect(await runner.probe('/livez')).toEqual({ status: 200, text: 'ok\n' });
    released.resolve(undefined);
    await eventually(isReadyNow);
  } finally {
    // A write that is held would hold up the runner's end.
    released.resolve(undefined);
  }
});

test('who writes a bad object is told each problem, by API and by kubectl', async () => {
  await using webhook = await startTestWebhook(cluster, judge);
  await using _registered = await register(plane(), webhook.address);
  await areTrusted(webhook);
  const { status, body, warnings } = await post('bad', refused);
  expect(status).toBe(422);
  expect(body).toMatchObject({ reason: 'Invalid' });
  expect((body as { message: string }).message).toBe(
    'admission webhook "validate.cellwright.dev" denied the request: spec.team: "forbidden" is no team; write another',
  );
  expect(warnings).toEqual(['this is a test']);
  const file = path.join(folder, 'bad.json');
  await writeFile(file, JSON.stringify(tenantOf('bad', refused)));
  const run = await kubectl(plane().kubeconfigPath, ['apply', '--server-side', '--dry-run=server', '-f', file]);
  expect(run.stderr).toContain('spec.team: "forbidden" is no team; write another');
  expect(webhook.asked.at(-1)).toMatchObject({ kind: 'TenantGateway', name: 'bad', operation: 'CREATE', dryRun: true });
});

test('only what may change a verdict is judged', async () => {
  await using webhook = await startTestWebhook(cluster, judge);
  await using _registered = await register(plane(), webhook.address);
  await areTrusted(webhook);
  const reviewsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = webhook.asked.length;
    await work();
    return webhook.asked.length - before;
  };
  const target = ours('TenantGateway', 'counted');
  const patch = (body: object) => () => mergePatch(plane(), target, body);
  const runner = await runnerClient(plane());
  const contentType = 'application/merge-patch+json';

  expect(
    await reviewsOf(() => createObject(plane(), 'TenantGateway', { name: 'counted', spec: { organization: 'o' } })),
  ).toBe(1);
  expect(await reviewsOf(() => createObject(plane(), 'PolicyBundle', { name: 'counted', spec: { rules: {} } }))).toBe(
    1,
  );
  expect(await reviewsOf(() => createObject(plane(), 'GatewayProfile', { name: 'counted' }))).toBe(1);
  expect(await reviewsOf(patch({ spec: { team: 'a' } }))).toBe(1);
  expect(await reviewsOf(patch({ metadata: { annotations: { 'cellwright.dev/extension': 'x' } } }))).toBe(0);
  expect(await reviewsOf(patch({ metadata: { labels: { a: 'b' }, finalizers: ['test.dev/keep'] } }))).toBe(0);
  const sameSpec = (): Promise<unknown> => plane().admin.apply(target, tenantOf('counted', { team: 'a' }), 'somebody');
  expect(await reviewsOf(sameSpec)).toBe(0);
  const asRunner = { method: 'PATCH', path: target, contentType, body: { spec: { state: 'Stopped' } } } as const;
  // A policy denies it before the webhook could be asked; the webhook's own condition is what is looked at here.
  await without(plane(), 'cellwright-runner-specs', async () => {
    const isWritten = async (): Promise<boolean> => (await runner.send(asRunner)).status === 200;
    expect(await reviewsOf(() => eventually(isWritten))).toBe(0);
  });
  await plane().admin.ok({ method: 'DELETE', path: target });
  expect(await reviewsOf(patch({ spec: { team: 'c' } }))).toBe(1);
  await patch({ metadata: { finalizers: [] } })();
});

test('of two replicas either answers, and one that ends takes its CA along', async () => {
  await using first = await startTestWebhook(cluster, judge);
  await using second = await startTestWebhook(cluster, judge);
  await using service = await balance([first.address, second.address]);
  await using _registered = await register(plane(), service.address, 'Fail');
  await areTrusted(first, second);
  expect(certificatesOf(await registeredBundle(plane()))).toHaveLength(2);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => post(`two-${index}`, index % 2 === 0 ? {} : refused)),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map((_, index) => (index % 2 === 0 ? 201 : 422)));
  expect(Math.min(first.asked.length, second.asked.length)).toBeGreaterThan(0);
  await second.stop();
  expect(certificatesOf(await registeredBundle(plane()))).toHaveLength(1);
});

test('CAs that somebody takes away come back, and at rest nothing is written', async () => {
  await using webhook = await startTestWebhook(cluster, judge);
  const address = webhook.address;
  await using _registered = await register(plane(), address, 'Fail');
  await untilRegistered(plane());
  await isReady(webhook);
  const bundle = await registeredBundle(plane());
  const began = Date.now();
  const path = '/webhooks/0/clientConfig/caBundle';
  await plane().admin.ok({
    method: 'PATCH',
    path: configurationPath,
    contentType: 'application/json-patch+json',
    body: [{ op: 'remove', path }],
  });
  await eventually(async () => (await registeredBundle(plane())) === bundle);
  process.stderr.write(`caBundle was back after ${Date.now() - began} ms\n`);
  // Replaced as a whole, by what was rendered.
  await mergePatch(plane(), configurationPath, configurationAt(`https://${address}/validate`, 'Fail'));
  await eventually(async () => (await registeredBundle(plane())) === bundle);
  const atRest = await plane().audit.during(() => new Promise((resolve) => setTimeout(resolve, 3000)));
  expect(atRest.filter(({ userAgent }) => userAgent === 'webhook')).toEqual([]);
});

test('whoever applies the YAML again leaves the CAs alone', async () => {
  await using webhook = await startTestWebhook(cluster, judge);
  const file = path.join(folder, 'configuration.json');
  await writeFile(file, JSON.stringify(configurationAt(`https://${webhook.address}/validate`)));
  const apply = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await kubectl(plane().kubeconfigPath, ['apply', ...args, '-f', file]);
    expect([code, stderr]).toEqual([0, '']);
  };
  for (const way of ['--server-side', '--server-side=false']) {
    await apply(way);
    await untilRegistered(plane());
    await isReady(webhook);
    const bundle = await registeredBundle(plane());
    const requests = await plane().audit.during(() => apply(way));
    expect(await registeredBundle(plane())).toBe(bundle);
    expect(requests.filter(({ userAgent, verb }) => userAgent === 'webhook' && verb === 'patch')).toEqual([]);
    await plane().admin.ok({ method: 'DELETE', path: configurationPath });
  }
});

test('with the runner gone, or hanging, everything can still be written', async () => {
  const gone = await startTestWebhook(cluster, judge);
  await using _registered = await register(plane(), gone.address);
  await areTrusted(gone);
  expect((await post('gone', refused)).status).toBe(422);
  await gone.stop();
  const write = async (name: string): Promise<number> => {
    const began = Date.now();
    expect((await post(name, refused)).status).toBe(201);
    return Date.now() - began;
  };
  // Less than the time-out of the registration, which is for those who do not answer.
  expect(await write('gone')).toBeLessThan(5000);

  await using silent = await silentServer();
  const url = `https://${silent.address}/validate`;
  await mergePatch(plane(), configurationPath, configurationAt(url));
  // The API server reads the new address from its own watch.
  await eventually(async () => {
    await post(`probe-${Date.now()}`, {});
    return silent.connections() > 0;
  });
  // Less than the time-out that the API server takes when none is registered.
  expect(await write('silent')).toBeLessThan(10_000);
  const began = Date.now();
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } };
  await plane().admin.ok({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body: configMap });
  expect(Date.now() - began).toBeLessThan(5000);
});

/** Accepts connections and never says a word. */
async function silentServer(): Promise<AsyncDisposable & { address: string; connections: () => number }> {
  let connections = 0;
  const open = new Set<{ destroy: () => unknown }>();
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    // The API server gives up by cutting the connection.
    socket.on('error', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
