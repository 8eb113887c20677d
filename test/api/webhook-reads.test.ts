/** Verdicts on writes that follow each other at once, from caches that are behind, with the rights of the platform. */
import { beforeAll, expect, test } from '@jest/globals';
import { BoundedReads } from '../../runner/admission/bounded-reads.ts';
import { judgeRequest } from '../../runner/admission/judge-request.ts';
import { connect } from '../../runner/fleet/connection.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import type { Cluster } from '../../runner/kube/cluster.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { createMetrics } from '../../runner/telemetry/metrics.ts';
import { liveInputs } from '../unit/runner-support/live-inputs.ts';
import type { TestResponse } from './support/api-client.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { runnerCluster } from './support/runner-account.ts';
import { assets, createObject, eventually, mergePatch, ours, startTestRunner } from './support/running-fleet.ts';
import { register, startTestWebhook, untilAsked, untilRegistered } from './support/webhook.ts';

const plane = controlPlaneOfFile();
let cluster: Cluster;

beforeAll(async () => {
  await installPlatform(plane());
  cluster = await runnerCluster(plane());
});

const post = (name: string, spec: object): Promise<TestResponse> => {
  const body = { apiVersion: 'cellwright.dev/v1alpha1', kind: 'TenantGateway', metadata: { name }, spec };
  return plane().admin.send({ method: 'POST', path: ours('TenantGateway'), body });
};

test('a tenant right after its profile is judged by it, and so are updates while the runner writes to both', async () => {
  const admission = { address: '127.0.0.1:0', names: ['127.0.0.1'], spreadMs: 200, lingerMs: 0 };
  await using runner = await startTestRunner(plane(), { cluster, admission });
  const isReady = async (): Promise<boolean> => (await runner.probe('/readyz')).status === 200;
  await eventually(isReady);
  // No verdict would be an error to whoever writes.
  await using _registered = await register(plane(), runner.admissionAddress ?? '', 'Fail');
  await untilRegistered(plane());
  await eventually(isReady);
  await untilAsked(plane(), () => runner.metric('cellwright_admission_requests_total{verdict="allowed"}'));
  for (let at = 0; at < 10; at += 1) {
    const name = `quick-${at}`;
    const path = ours('TenantGateway', name);
    const larger = { method: 'PATCH', contentType: 'application/merge-patch+json', path } as const;
    const enlarge = (): Promise<TestResponse> =>
      plane().admin.send({ ...larger, body: { spec: { resources: { cpu: '2' } } } });
    await createObject(plane(), 'GatewayProfile', { name, spec: { limits: { cpu: '1' } } });
    expect((await post(name, { profile: name, state: 'Stopped' })).status).toBe(201);
    await mergePatch(plane(), path, { spec: { team: 'a' } });
    expect((await enlarge()).status).toBe(422);
    await mergePatch(plane(), ours('GatewayProfile', name), { spec: { limits: { cpu: '2' } } });
    expect((await enlarge()).status).toBe(200);
  }
  expect(await runner.metric('cellwright_admission_requests_total{verdict="denied"}')).toBeGreaterThanOrEqual(10);
});

test('caches that no watch has told: what a refusal would rest on is read by name, and nothing else', async () => {
  const userAgent = 'cellwright-test-verdicts';
  const { admissionClient: client, close } = connect({
    cluster,
    userAgent,
    clock: systemClock,
    log: createLog({ level: 'silent', readable: true, stream: process.stderr }),
    metrics: createMetrics({ queueDepth: () => 0 }),
    mayWrite: () => false,
  });
  const { inputs } = liveInputs({});
  const reads = new BoundedReads({ client, inputs, monotonic: systemClock.monotonic });
  const rego = { judge: () => Promise.reject(new Error('no bundle here has Rego')) };
  await using webhook = await startTestWebhook(cluster, (request, signal) =>
    judgeRequest({ inputs, assets, reads, rego, brokenMs: () => 0 }, request, signal),
  );
  await using _registered = await register(plane(), webhook.address, 'Fail');
  await untilRegistered(plane());
  await eventually(() => Promise.resolve(webhook.notReadyBecause() === undefined));
  // About a profile, for which nothing is read.
  await untilAsked(plane(), () => Promise.resolve(webhook.asked.length), 'GatewayProfile');
  const requests = await plane().audit.during(async () => {
    expect((await post('read', {})).status).toBe(201);
    const refused = await post('unread', { profile: 'later' });
    expect(refused.status).toBe(422);
    expect((refused.body as { message: string }).message).toContain('there is no GatewayProfile later');
    await createObject(plane(), 'GatewayProfile', { name: 'later' });
    expect((await post('unread', { profile: 'later' })).status).toBe(201);
    // It is in the caches now, and nothing is refused.
    expect((await post('again', { profile: 'later' })).status).toBe(201);
  });
  await close();
  const own = requests.filter((request) => request.userAgent === userAgent);
  expect(own.map(({ verb, status, uri }) => `${verb} ${status} ${decodeURIComponent(uri)}`)).toEqual([
    `list 200 ${ours('GatewayProfile')}?fieldSelector=metadata.name=default&limit=1`,
    'get 404 /api/v1/namespaces/tenant-read',
    `list 200 ${ours('GatewayProfile')}?fieldSelector=metadata.name=later&limit=1`,
    `list 200 ${ours('GatewayProfile')}?fieldSelector=metadata.name=later&limit=1`,
    'get 404 /api/v1/namespaces/tenant-unread',
    'get 404 /api/v1/namespaces/tenant-again',
  ]);
});
