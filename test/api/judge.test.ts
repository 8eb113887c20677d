/** What the runner judges beyond one object: Rego by the real opa, and what is used by whom. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { OpaError } from '../../opa/opa-error.ts';
import { BoundedReads } from '../../runner/admission/bounded-reads.ts';
import { judgeRequest } from '../../runner/admission/judge-request.ts';
import { connect } from '../../runner/fleet/connection.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { RegoVerdicts } from '../../runner/rego/rego-verdicts.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { createMetrics } from '../../runner/telemetry/metrics.ts';
import { live, liveInputs } from '../unit/runner-support/live-inputs.ts';
import { realOpa, opaBuildMs } from '../rego/support/opa.ts';
import type { TestObject } from './support/api-client.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { runnerCluster } from './support/runner-account.ts';
import {
  assets,
  condition,
  createObject,
  deleteTenant,
  eventually,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const sound = 'deny contains "night" if input.name == "exec"';
const wrong = 'deny contains "night" if http.send({"method": "get", "url": "http://example.com"})';

beforeAll(async () => {
  await realOpa();
  await installPlatform(plane());
}, opaBuildMs);

interface Shared extends TestObject {
  readonly status: {
    readonly conditions?: readonly { type: string; status: string; reason: string; message: string }[];
  };
}

const object = async (kind: string, name: string): Promise<Shared> =>
  (await plane().admin.object({ path: ours(kind, name) })) as Shared;
const told = ({ status }: Shared, type: string) => status.conditions?.find((known) => known.type === type);
const isGone = async (kind: string, name: string): Promise<boolean> =>
  (await plane().admin.send({ path: ours(kind, name) })).status === 404;
const holds = async (kind: string, name: string): Promise<boolean> =>
  (await object(kind, name)).metadata.finalizers?.includes('cellwright.dev/in-use') === true;
const bundle = (organization: string, rego: string): object => ({ scope: { organization }, rego });

/** Config maps of a cell by name: they have the hash of their content. The cluster's own, kube-root-ca.crt, comes at its own time. */
async function configOf(name: string): Promise<string[]> {
  const maps = await plane().admin.list(
    `/api/v1/namespaces/tenant-${name}/configmaps?labelSelector=cellwright.dev%2Ftenant`,
  );
  return maps.map(({ metadata }) => metadata.name).sort();
}

/** The same, once the last rollout has taken the old ones with it. */
async function workloadOf(name: string): Promise<unknown> {
  const path = `/apis/apps/v1/namespaces/tenant-${name}/statefulsets/gateway`;
  return (await plane().admin.object({ path }))['spec'];
}

async function eventsOf(name: string): Promise<string[]> {
  const all = await plane().admin.list('/apis/events.k8s.io/v1/namespaces/default/events');
  return all
    .filter((event) => (event['regarding'] as { name: string }).name === name)
    .map((event) => String(event['note']));
}

describe('Rego', () => {
  test('that opa refuses reaches no cell, and the workload stays as it is', async () => {
    await using runner = await startTestRunner(plane());
    await createObject(plane(), 'PolicyBundle', { name: 'rego-acme', spec: bundle('rego-acme', sound) });
    await createObject(plane(), 'TenantGateway', { name: 'under', spec: { organization: 'rego-acme' } });
    await createObject(plane(), 'TenantGateway', { name: 'beside', spec: { organization: 'rego-other' } });
    await tenantWhen(
      plane(),
      'under',
      (status, live) => isObserved(status, live) && status.revision?.applied !== undefined,
    );
    const [maps, workload] = [await configOf('under'), await workloadOf('under')];

    await mergePatch(plane(), ours('PolicyBundle', 'rego-acme'), { spec: { rego: wrong } });
    const held = await tenantWhen(
      plane(),
      'under',
      ({ conditions }) => conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True') === true,
    );
    const stalled = condition(held, 'Stalled');
    expect(stalled?.reason).toBe('BundleInvalid');
    expect(stalled?.message).toContain(
      'PolicyBundle rego-acme: spec.rego: line 1, column 26: undefined function http.send',
    );
    await eventually(async () => told(await object('PolicyBundle', 'rego-acme'), 'Ready')?.status === 'False');
    expect([await configOf('under'), await workloadOf('under')]).toEqual([maps, workload]);
    expect(condition(await tenant(plane(), 'beside'), 'Stalled')?.status).toBe('False');

    // Known Rego is not judged again: nothing is sent and nothing is started for a pass that changes nothing.
    await runner.settled();
    const requests = await plane().audit.during(async () => {
      await mergePatch(plane(), ours('TenantGateway', 'under'), { metadata: { annotations: { touched: 'yes' } } });
      await runner.settled();
    });
    expect(requests.filter(({ userAgent, verb }) => userAgent === agent && verb !== 'watch')).toEqual([]);

    await mergePatch(plane(), ours('PolicyBundle', 'rego-acme'), { spec: { rego: `${sound}\n` } });
    await tenantWhen(
      plane(),
      'under',
      ({ conditions }) => conditions?.some(({ type, status }) => type === 'Stalled' && status === 'False') === true,
    );
  });

  test('for which opa takes long keeps nobody from setting drift back meanwhile', async () => {
    const ends = Promise.withResolvers<string>();
    const opa = { isSlow: false };
    await using _runner = await startTestRunner(plane(), { opa: () => (opa.isSlow ? ends.promise : realOpa()) });
    await createObject(plane(), 'PolicyBundle', { name: 'rego-slow', spec: bundle('rego-slow', sound) });
    await createObject(plane(), 'TenantGateway', { name: 'slow', spec: { organization: 'rego-slow' } });
    const before = await tenantWhen(
      plane(),
      'slow',
      (status, live) => isObserved(status, live) && status.revision?.applied !== undefined,
    );
    const walls = '/apis/networking.k8s.io/v1/namespaces/tenant-slow/networkpolicies';
    const [wall] = await plane().admin.list(walls);
    if (wall === undefined) throw new Error('the tenant has no wall');
    const path = `${walls}/${wall.metadata.name}`;

    opa.isSlow = true;
    await mergePatch(plane(), ours('PolicyBundle', 'rego-slow'), { spec: { rego: sound.replace('night', 'day') } });
    for (let change = 0; change < 3; change += 1) {
      await mergePatch(plane(), path, { spec: { egress: [{}], policyTypes: ['Egress'] } });
      await eventually(async () => isDeepStrictEqual((await plane().admin.object({ path }))['spec'], wall['spec']));
    }
    expect((await tenant(plane(), 'slow')).status.revision?.applied).toBe(before.status.revision?.applied);
    ends.resolve(await realOpa());
    await tenantWhen(plane(), 'slow', ({ revision }) => revision?.applied !== before.status.revision?.applied);
  });

  test('that nobody can judge is not applied, and is once opa is there', async () => {
    const found: { opa?: string } = {};
    const missing = new OpaError('opa.missing', 'opa is not here');
    await using _runner = await startTestRunner(plane(), {
      opa: () => (found.opa === undefined ? Promise.reject(missing) : Promise.resolve(found.opa)),
    });
    await createObject(plane(), 'PolicyBundle', { name: 'rego-late', spec: bundle('rego-late', sound) });
    await createObject(plane(), 'TenantGateway', { name: 'late', spec: { organization: 'rego-late' } });
    const held = await tenantWhen(
      plane(),
      'late',
      ({ conditions }) => conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True') === true,
    );
    expect(condition(held, 'Stalled')).toMatchObject({
      reason: 'RegoUnchecked',
      message: 'PolicyBundle rego-late: spec.rego: it cannot be judged here and is not applied: opa is not here',
    });
    expect((await plane().admin.send({ path: '/api/v1/namespaces/tenant-late' })).status).toBe(404);
    found.opa = await realOpa();
    // After the 30 s for which a failure stands, and the back-off of the tenant.
    for (let tries = 0; tries < 90; tries += 1) {
      if ((await plane().admin.send({ path: '/api/v1/namespaces/tenant-late' })).status === 200) return;
      await sleep(1000);
    }
    throw new Error('the tenant was not made after opa came');
  });
});

test('a new tenant is refused a namespace that is not for it, and given one that is', async () => {
  const { client, close } = connect({
    cluster: await runnerCluster(plane()),
    userAgent: 'cellwright-test-judge',
    clock: systemClock,
    log: createLog({ level: 'silent', readable: true, stream: process.stderr }),
    metrics: createMetrics({ queueDepth: () => 0 }),
    mayWrite: () => false,
  });
  const { inputs } = liveInputs({ GatewayProfile: { default: {} } });
  const reads = new BoundedReads({ client, inputs, monotonic: systemClock.monotonic });
  const rego = new RegoVerdicts({
    findOpa: realOpa,
    capabilities: assets.capabilities,
    monotonic: systemClock.monotonic,
  });
  const verdictOf = async (name: string, organization = 'default'): Promise<string[]> => {
    const request = {
      uid: name,
      kind: 'TenantGateway',
      name,
      operation: 'CREATE' as const,
      object: live('TenantGateway', name, { organization }),
      oldObject: undefined,
      userInfo: { username: 'somebody' },
      dryRun: false,
    };
    const { problems, warnings } = await judgeRequest(
      { inputs, assets, reads, rego, brokenMs: () => 0 },
      request,
      AbortSignal.timeout(5000),
    );
    expect(warnings).toEqual([]);
    return problems.map(({ code, message }) => `${code}: ${message}`);
  };
  const namespace = (name: string, labels: object): object => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `tenant-${name}`, labels },
  });
  const labels = { 'cellwright.dev/tenant': 'kept', 'cellwright.dev/organization': 'acme' };
  for (const body of [namespace('foreign', {}), namespace('kept', labels)]) {
    await plane().admin.ok({ method: 'POST', path: '/api/v1/namespaces', body });
  }
  try {
    expect(await verdictOf('nowhere')).toEqual([]);
    expect(await verdictOf('kept', 'acme')).toEqual([]);
    expect(await verdictOf('foreign')).toEqual([
      'fleet.namespace-foreign: namespace tenant-foreign is not for this tenant: it has no label cellwright.dev/tenant',
    ]);
    expect((await verdictOf('kept'))[0]).toContain('it holds the data of organization "acme"');
  } finally {
    await close();
  }
});

describe('what tenants use', () => {
  test('a profile is held while a tenant names it, says so, and goes with the last one', async () => {
    await using runner = await startTestRunner(plane());
    await createObject(plane(), 'GatewayProfile', { name: 'small' });
    await runner.settled();
    expect(await holds('GatewayProfile', 'small')).toBe(false);
    for (let at = 0; at < 12; at += 1) {
      await createObject(plane(), 'TenantGateway', {
        name: `user-${String(at).padStart(2, '0')}`,
        spec: { profile: 'small', state: 'Stopped' },
      });
    }
    await eventually(() => holds('GatewayProfile', 'small'));
    await runner.settled();
    expect(told(await object('GatewayProfile', 'small'), 'Deleting')).toBeUndefined();

    await plane().admin.ok({ method: 'DELETE', path: ours('GatewayProfile', 'small') });
    await eventually(async () => told(await object('GatewayProfile', 'small'), 'Deleting') !== undefined);
    const message =
      'the deletion waits for 12 tenants: user-00, user-01, user-02, user-03, user-04, user-05, user-06, user-07, user-08, user-09 and 2 more; ' +
      'without it they stand still, so give them another profile first, or annotate small with cellwright.dev/allow-deletion=true';
    expect(told(await object('GatewayProfile', 'small'), 'Deleting')).toMatchObject({
      status: 'True',
      reason: 'InUse',
      message,
    });
    await eventually(async () => (await eventsOf('small')).includes(message));
    await createObject(plane(), 'TenantGateway', { name: 'too-late', spec: { profile: 'small' } });
    await tenantWhen(plane(), 'too-late', ({ conditions = [] }) =>
      conditions.some(({ type, reason }) => type === 'Stalled' && reason === 'ProfileLeaving'),
    );
    expect((await plane().admin.send({ path: '/api/v1/namespaces/tenant-too-late' })).status).toBe(404);
    await deleteTenant(plane(), 'too-late');
    await runner.settled();
    // At rest nothing is sent, held or not.
    const requests = await plane().audit.during(() => sleep(3000));
    const sent = requests.filter(({ userAgent, verb }) => userAgent === agent && verb !== 'watch');
    expect(sent.filter(({ resource }) => /^gatewayprofiles|^policybundles/.test(resource))).toEqual([]);

    for (let at = 1; at < 12; at += 1) {
      await mergePatch(plane(), ours('TenantGateway', `user-${String(at).padStart(2, '0')}`), {
        spec: { profile: 'default' },
      });
    }
    await eventually(
      async () =>
        told(await object('GatewayProfile', 'small'), 'Deleting')?.message.startsWith(
          'the deletion waits for 1 tenants: user-00;',
        ) === true,
    );
    await deleteTenant(plane(), 'user-00');
    await eventually(() => isGone('GatewayProfile', 'small'));
  });

  test('a bundle is held while tenants stand in its scope, unless somebody says that it is meant', async () => {
    await using runner = await startTestRunner(plane());
    const rules = { tools: { deny: ['exec'] } };
    await createObject(plane(), 'PolicyBundle', { name: 'everywhere', spec: { rules } });
    await createObject(plane(), 'PolicyBundle', {
      name: 'nowhere',
      spec: { scope: { organization: 'nobody' }, rules },
    });
    await eventually(() => holds('PolicyBundle', 'everywhere'));
    await runner.settled();
    for (const name of ['everywhere', 'nowhere']) {
      await plane().admin.ok({ method: 'DELETE', path: ours('PolicyBundle', name) });
    }
    expect(await isGone('PolicyBundle', 'nowhere')).toBe(true);
    await eventually(async () => told(await object('PolicyBundle', 'everywhere'), 'Deleting')?.reason === 'InUse');
    // It holds until it is gone.
    expect((await object('PolicyBundle', 'everywhere')).metadata.deletionTimestamp).toBeDefined();
    await mergePatch(plane(), ours('PolicyBundle', 'everywhere'), {
      metadata: { annotations: { 'cellwright.dev/allow-deletion': 'true' } },
    });
    await eventually(() => isGone('PolicyBundle', 'everywhere'));
  });

  test('a host goes to who serves it, and to the next one when its route is gone', async () => {
    await using runner = await startTestRunner(plane());
    const access = { ingress: { host: 'shared.example.com' } };
    await createObject(plane(), 'TenantGateway', { name: 'elder', spec: {} });
    await createObject(plane(), 'TenantGateway', { name: 'server', spec: { access } });
    await tenantWhen(plane(), 'server', ({ url }) => url === 'https://shared.example.com');
    await mergePatch(plane(), ours('TenantGateway', 'elder'), { spec: { access } });
    const refused = await tenantWhen(plane(), 'elder', (_, live) => condition(live, 'Stalled')?.status === 'True');
    expect(condition(refused, 'Stalled')).toMatchObject({
      reason: 'HostTaken',
      message: 'spec.access.ingress.host: tenant server serves shared.example.com already; write another host',
    });
    // Paused, its route stands whatever its spec says.
    const pausedIs = (paused: 'true' | null) => ({ metadata: { annotations: { 'cellwright.dev/paused': paused } } });
    await mergePatch(plane(), ours('TenantGateway', 'server'), {
      ...pausedIs('true'),
      spec: { access: { ingress: null } },
    });
    await tenantWhen(plane(), 'server', (_, live) => condition(live, 'Degraded')?.reason === 'Paused');
    await runner.settled();
    expect(condition(await tenant(plane(), 'elder'), 'Stalled')?.reason).toBe('HostTaken');
    await mergePatch(plane(), ours('TenantGateway', 'server'), pausedIs(null));
    await tenantWhen(plane(), 'elder', ({ url }) => url === 'https://shared.example.com');
  });

  test('a stricter upper level stops nobody below it, and what has no effect any more is told', async () => {
    await using _runner = await startTestRunner(plane());
    const policy = { tools: { allow: ['read', 'exec'] } };
    await createObject(plane(), 'TenantGateway', { name: 'wide', spec: { organization: 'strict', policy } });
    const before = await tenantWhen(
      plane(),
      'wide',
      (status, live) => isObserved(status, live) && status.policyRevision !== undefined,
    );
    await createObject(plane(), 'PolicyBundle', { name: 'stricter', spec: { rules: { tools: { deny: ['exec'] } } } });
    const after = await tenantWhen(
      plane(),
      'wide',
      ({ policyRevision }) => policyRevision !== before.status.policyRevision,
    );
    expect(condition(after, 'Stalled')?.status).toBe('False');
    expect(condition(after, 'PolicySynced')?.message).toContain(
      'without effect: spec.policy.tools.allow[1]: nothing of "exec" can be allowed here: bundle stricter of the enterprise level denies it',
    );
  });
});
