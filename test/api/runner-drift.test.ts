import { describe, expect, test } from '@jest/globals';
import type { AuditRequest } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { runnerOfFile } from './support/runner-of-file.ts';
import {
  condition,
  createObject,
  eventually,
  isObserved,
  mergePatch,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';
import { untilTold } from './support/told-events.ts';
import { startWithTenant } from './support/settled-tenant.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const core = '/api/v1/namespaces/tenant-acme';
const statefulSet = '/apis/apps/v1/namespaces/tenant-acme/statefulsets/gateway';
const policies = '/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies';

interface Labelled {
  readonly metadata: {
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields?: unknown;
  };
}
interface StatefulSet extends Labelled {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly image: string;
          readonly env?: readonly { readonly name: string }[];
        }[];
      };
    };
  };
}

const runner = runnerOfFile(plane, (its) => startWithTenant(its, 'acme'));

async function read(path: string): Promise<unknown> {
  return (await plane().admin.ok({ path })).body;
}

async function containers(): Promise<StatefulSet['spec']['template']['spec']['containers']> {
  return ((await read(statefulSet)) as StatefulSet).spec.template.spec.containers;
}

/** Applied by someone else under their own name, by force. */
async function applyAs(fieldManager: string, path: string, body: unknown): Promise<void> {
  const query = `?fieldManager=${fieldManager}&force=true`;
  await plane().admin.ok({ method: 'PATCH', path: path + query, body, contentType: 'application/apply-patch+yaml' });
}

describe('what others do to a tenant’s objects', () => {
  test('a field of ours that is changed is set back', async () => {
    const [before] = await containers();
    await applyAs('someone', statefulSet, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'gateway' },
      spec: { template: { spec: { containers: [{ name: 'gateway', image: 'evil.example.com/gateway:1' }] } } },
    });
    await eventually(async () => (await containers())[0]?.image === before?.image);
  });

  test('what is added beside our fields is taken out: a variable, a container, a rule', async () => {
    const before = await read(statefulSet);
    await applyAs('intruder', statefulSet, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'gateway' },
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'gateway', env: [{ name: 'LD_PRELOAD', value: '/tmp/x.so' }] },
              { name: 'miner', image: 'evil.example.com/miner:1' },
            ],
          },
        },
      },
    });
    await eventually(async () => {
      const now = await containers();
      return now.length === 1 && now[0]?.env?.every(({ name }) => name !== 'LD_PRELOAD') === true;
    });
    await runner.settled();
    expect(((await read(statefulSet)) as StatefulSet).spec).toEqual((before as StatefulSet).spec);

    const path = `${policies}/default-deny`;
    const policy = (await read(path)) as { spec: unknown };
    await mergePatch(plane(), path, { spec: { ingress: [{}] } });
    await eventually(
      async () => JSON.stringify(((await read(path)) as { spec: unknown }).spec) === JSON.stringify(policy.spec),
    );
  });

  test('what is forged under our own manager name is set back', async () => {
    await applyAs('cellwright', `${core}/services/gateway`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'gateway' },
      spec: { ports: [{ name: 'gateway', port: 18789, targetPort: 1 }] },
    });
    await eventually(async () => {
      const { spec } = (await read(`${core}/services/gateway`)) as {
        spec: { ports: { targetPort: unknown }[]; selector?: unknown };
      };
      return spec.ports.length === 1 && spec.ports[0]?.targetPort !== 1 && spec.selector !== undefined;
    });
  });
});

describe('what others try to hide', () => {
  test.each<[string, (spec: StatefulSet) => Promise<void>]>([
    [
      'under our own manager name',
      async (added) => {
        await plane().admin.ok({ method: 'PUT', path: `${statefulSet}?fieldManager=cellwright`, body: added });
      },
    ],
    [
      'with its traces in managedFields put away',
      async (added) => {
        const { metadata } = (await read(statefulSet)) as Labelled;
        await plane().admin.ok({ method: 'PUT', path: `${statefulSet}?fieldManager=intruder`, body: added });
        const now = (await read(statefulSet)) as Labelled;
        const managedFields = metadata.managedFields;
        const forged = { ...now, metadata: { ...now.metadata, managedFields } };
        await plane().admin.send({ method: 'PUT', path: `${statefulSet}?fieldManager=cellwright`, body: forged });
      },
    ],
  ])('a variable that is added %s is taken out', async (_how, intrude) => {
    await runner.settled();
    const before = (await read(statefulSet)) as StatefulSet;
    const added = structuredClone(before);
    (added.spec.template.spec.containers[0]?.env as { name: string; value?: string }[]).push({
      name: 'NODE_OPTIONS',
      value: '--require=/tmp/x.js',
    });
    // The StatefulSet controller may write its status meanwhile.
    delete (added.metadata as { resourceVersion?: string }).resourceVersion;
    await intrude(added);
    await eventually(async () => !JSON.stringify((await containers())[0]?.env).includes('/tmp/x.js'));
    await runner.settled();
    const { spec } = (await read(statefulSet)) as StatefulSet;
    expect(spec).toEqual(before.spec);
  });

  test('an intrusion is told in an Event that names the object, the place and the writer', async () => {
    await runner.settled();
    const path = `${policies}/default-deny`;
    await plane().admin.ok({
      method: 'PATCH',
      path: `${path}?fieldManager=wide-open`,
      body: { spec: { egress: [{}] } },
      contentType: 'application/merge-patch+json',
    });
    await untilTold(plane(), {
      name: 'acme',
      reason: 'ChangeUndone',
      note: 'undid a change of NetworkPolicy.networking.k8s.io/tenant-acme/default-deny by "wide-open": added /spec/egress',
    });
  });
});

describe('what others take', () => {
  test.each(['services/gateway', 'resourcequotas/cell', 'serviceaccounts/gateway'])(
    '%s that is deleted is made anew',
    async (name) => {
      const path = `${core}/${name}`;
      const before = (await read(path)) as Labelled;
      await plane().admin.ok({ method: 'DELETE', path });
      await eventually(async () => {
        const { status, body } = await plane().admin.send({ path });
        return status === 200 && (body as Labelled).metadata.uid !== before.metadata.uid;
      });
    },
  );

  test('an immutable ConfigMap that is deleted is made anew', async () => {
    const { items } = (await read(`${core}/configmaps`)) as { items: { metadata: { name: string } }[] };
    const name = items.map(({ metadata }) => metadata.name).find((known) => known.startsWith('policy-')) ?? '';
    const path = `${core}/configmaps/${name}`;
    const before = (await read(path)) as { data: unknown };
    await plane().admin.ok({ method: 'DELETE', path });
    await eventually(async () => (await plane().admin.send({ path })).status === 200);
    expect(((await read(path)) as { data: unknown }).data).toEqual(before.data);
  });

  test.each([`${core}/services/gateway`, '/api/v1/namespaces/tenant-acme', statefulSet])(
    'our label that is taken from %s comes back',
    async (path) => {
      await mergePatch(plane(), path, { metadata: { labels: { 'cellwright.dev/tenant': null } } });
      await eventually(
        async () => ((await read(path)) as Labelled).metadata.labels?.['cellwright.dev/tenant'] === 'acme',
      );
    },
  );

  test('a namespace’s Pod Security label that is weakened comes back', async () => {
    const path = '/api/v1/namespaces/tenant-acme';
    const label = 'pod-security.kubernetes.io/enforce';
    await mergePatch(plane(), path, { metadata: { labels: { [label]: 'privileged' } } });
    await eventually(async () => ((await read(path)) as Labelled).metadata.labels?.[label] === 'restricted');
  });

  test.each([
    ['is changed', { 'cellwright.dev/organization': 'rivals' }],
    ['is taken', { 'cellwright.dev/organization': null }],
    ['is changed while our label is taken', { 'cellwright.dev/organization': 'rivals', 'cellwright.dev/tenant': null }],
  ])('a namespace’s organization that %s comes back, and stalls nobody', async (_how, labels) => {
    await runner.settled();
    const path = '/api/v1/namespaces/tenant-acme';
    const before = (await read(path)) as Labelled;
    await mergePatch(plane(), path, { metadata: { labels } });
    const now = async (): Promise<unknown> => ((await read(path)) as Labelled).metadata.labels;
    await eventually(async () => JSON.stringify(await now()) === JSON.stringify(before.metadata.labels));
    await runner.settled();
    expect(condition(await tenant(plane(), 'acme'), 'Stalled')?.status).toBe('False');
  });
});

/** All but writes of status: that pods come and go is told there, and may be told at any time. */
function requestsOfRunner(requests: readonly AuditRequest[]): string[] {
  return requests
    .filter(({ userAgent, verb, resource }) => userAgent === agent && verb !== 'watch' && !resource.endsWith('/status'))
    .map(({ verb, resource }) => `${verb} ${resource}`);
}

/** A HorizontalPodAutoscaler of the workload, and its controller that tells what it sees. */
async function watchByAutoscaler(): Promise<void> {
  const scalers = '/apis/autoscaling/v2/namespaces/tenant-acme/horizontalpodautoscalers';
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'gateway' };
  const body = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'gateway' },
    spec: { scaleTargetRef, maxReplicas: 3 },
  };
  await plane().admin.ok({ method: 'POST', path: scalers, body });
  const status = { desiredReplicas: 1, currentReplicas: 1, conditions: [{ type: 'AbleToScale', status: 'True' }] };
  await mergePatch(plane(), `${scalers}/gateway/status`, { status });
  // What it would do to a workload that has as many pods as it wants.
  await mergePatch(plane(), `${statefulSet}/scale`, { spec: { replicas: 1 } });
}

describe('what others do beside a tenant’s objects', () => {
  test('harmless writes cost no request: own labels, status, a restart by kubectl, an autoscaler that looks on', async () => {
    await runner.settled();
    const requests = await plane().audit.during(async () => {
      await mergePatch(plane(), `${core}/services/gateway`, {
        metadata: { labels: { team: 'blue' }, annotations: { note: 'x' } },
      });
      await mergePatch(plane(), '/api/v1/namespaces/tenant-acme', { metadata: { labels: { cost: 'c1' } } });
      await mergePatch(plane(), `${statefulSet}/status`, { status: { collisionCount: 0 } });
      const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
      await mergePatch(plane(), statefulSet, { spec: { template: { metadata: { annotations } } } });
      await watchByAutoscaler();
      // A change that does cost something, after which the others have been seen.
      await mergePatch(plane(), `${core}/limitranges/cell`, {
        metadata: { labels: { 'cellwright.dev/tenant': 'acme2' } },
      });
      await eventually(async () => {
        const { metadata } = (await read(`${core}/limitranges/cell`)) as Labelled;
        return metadata.labels?.['cellwright.dev/tenant'] === 'acme';
      });
      await runner.settled();
    });
    expect(requestsOfRunner(requests)).toEqual(['patch limitranges', 'create events']);
    const { metadata } = (await read(`${core}/services/gateway`)) as Labelled;
    expect(metadata.labels?.['team']).toBe('blue');
  });

  test('who fights over a field is named a fight, and is not fought at full speed', async () => {
    const path = `${policies}/cell`;
    const fight = async (): Promise<void> =>
      mergePatch(plane(), path, { metadata: { labels: { 'app.kubernetes.io/part-of': 'mine' } } });
    const isRepaired = async (): Promise<boolean> =>
      ((await read(path)) as Labelled).metadata.labels?.['app.kubernetes.io/part-of'] === 'cellwright';
    for (let round = 0; round < 5; round += 1) {
      await fight();
      await eventually(isRepaired);
    }
    await fight();
    const fought = await tenantWhen(
      plane(),
      'acme',
      ({ conditions }) => conditions?.some(({ type, status }) => type === 'Degraded' && status === 'True') === true,
    );
    expect(condition(fought, 'Degraded')?.message).toContain(
      'NetworkPolicy.networking.k8s.io/tenant-acme/cell was changed by someone else',
    );
    expect(condition(fought, 'Degraded')?.reason).toBe('FieldFight');
    await untilTold(plane(), { name: 'acme', reason: 'FieldFight', note: 'was changed by someone else' });
    expect(await isRepaired()).toBe(false);
    expect(condition(await tenant(plane(), 'acme'), 'Stalled')?.status).toBe('False');
    // The wall is there: who fights over it does not keep a stricter policy out until the next repair.
    const policyOf = async (): Promise<string | undefined> =>
      /"policy-[^"]*"/.exec(JSON.stringify(((await read(statefulSet)) as StatefulSet).spec))?.[0];
    const before = await policyOf();
    await mergePatch(plane(), '/apis/cellwright.dev/v1alpha1/tenantgateways/acme', {
      spec: { policy: { tools: { deny: ['exec'] } } },
    });
    await eventually(async () => (await policyOf()) !== before);
    expect(await isRepaired()).toBe(false);
  });
});

test('a wall that is on its way out and held there by a finalizer is kept as it was, and made anew after that', async () => {
  // Of a tenant of its own: nobody has fought for it yet.
  await createObject(plane(), 'TenantGateway', { name: 'held' });
  await tenantWhen(plane(), 'held', isObserved);
  const wall = '/apis/networking.k8s.io/v1/namespaces/tenant-held/networkpolicies/cell';
  const before = (await read(wall)) as Labelled & { readonly spec: { readonly egress: readonly unknown[] } };
  await mergePatch(plane(), wall, { metadata: { finalizers: ['example.com/hold'] } });
  await plane().admin.ok({ method: 'DELETE', path: wall });
  await mergePatch(plane(), wall, { spec: { egress: [{}] } });
  await eventually(async () => {
    const { spec, metadata } = (await read(wall)) as typeof before;
    return metadata.uid === before.metadata.uid && JSON.stringify(spec) === JSON.stringify(before.spec);
  });
  await mergePatch(plane(), wall, { metadata: { finalizers: null } });
  await eventually(async () => {
    const { status, body } = await plane().admin.send({ path: wall });
    return status === 200 && (body as Labelled).metadata.uid !== before.metadata.uid;
  });
  await tenantWhen(plane(), 'held', (_status, live) => condition(live, 'Degraded')?.status === 'False');
});

test('replicas are the spec’s to say: what a scaler writes is set back by one apply', async () => {
  // Nobody has fought for it yet, either.
  await createObject(plane(), 'TenantGateway', { name: 'scaled' });
  await tenantWhen(plane(), 'scaled', isObserved);
  await runner.settled();
  const scale = '/apis/apps/v1/namespaces/tenant-scaled/statefulsets/gateway/scale';
  const requests = await plane().audit.during(async () => {
    await mergePatch(plane(), scale, { spec: { replicas: 2 } });
    await eventually(async () => ((await read(scale)) as { spec: { replicas: number } }).spec.replicas === 1);
    await runner.settled();
  });
  expect(requestsOfRunner(requests)).toEqual(['patch statefulsets', 'create events']);
  const note = 'undid a change of StatefulSet.apps/tenant-scaled/gateway by "cellwright-test"';
  await untilTold(plane(), { name: 'scaled', reason: 'ChangeUndone', note });
});
