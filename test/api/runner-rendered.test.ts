import { beforeAll, describe, expect, test } from '@jest/globals';
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import type { AuditRequest } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { applyAs, createAs, pathOf, renderedObjects } from './support/rendered-tenant.ts';
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
import type { Live } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const tokenSecretRef = { name: 'gateway-token', key: 'token' };
const plain: TenantGatewaySpec = { delivery: 'Rendered', access: { tokenSecretRef } };
const wide: TenantGatewaySpec = {
  delivery: 'Rendered',
  organization: 'acme',
  team: 'support',
  replicas: 2,
  separateMemories: true,
  resources: { memory: '1024Mi', memoryLimit: '2048Mi', cpu: '1000m' },
  egress: [{ cidr: '203.0.113.0/24', ports: [{ port: 5432 }] }],
  credentials: [{ name: 'model', provider: 'anthropic', secretRef: { name: 'keys', key: 'anthropic' } }],
  access: { tokenSecretRef, ingress: { host: 'wide.example.com' } },
  scheduling: {
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
  },
  policy: { tools: { deny: ['exec'] } },
};
const runner = runnerOfFile(plane);

beforeAll(async () => {
  await runner.settled();
});

function sent(requests: readonly AuditRequest[]): string[] {
  return (
    requests
      .filter(({ userAgent, verb, uri }) => userAgent === agent && verb !== 'watch' && !uri.includes('watch=1'))
      // The number of tenants.
      .filter(({ resource }) => resource !== 'gatewayprofiles/status')
      .map(({ verb, resource, name }) => `${verb} ${resource} ${name}`)
  );
}

const ready = ({ status }: Live): string | undefined => status.conditions?.find(({ type }) => type === 'Ready')?.reason;
const drift = (live: Live): string => {
  const degraded = condition(live, 'Degraded');
  return degraded?.status === 'True' ? degraded.message : '';
};

type Apply = (object: KubeObject) => Promise<void>;
const byServer: Apply = (object) => applyAs(plane(), 'argocd-controller', object);
const byClient: Apply = (object) => createAs(plane(), 'kubectl-client-side-apply', object);

async function applied(name: string, spec: TenantGatewaySpec, apply: Apply): Promise<void> {
  await createObject(plane(), 'TenantGateway', { name, spec });
  for (const object of renderedObjects(name, spec)) await apply(object);
  await tenantWhen(plane(), name, (_status, live) => ready(live) === 'NotReady');
  await runner.settled();
}

/** Each pod that the StatefulSet controller makes gets ready, until one is that stays. */
async function runsAgain(name: string): Promise<void> {
  const lastTransitionTime = new Date().toISOString();
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', lastTransitionTime }));
  const path = `/api/v1/namespaces/tenant-${name}/pods/gateway-0/status`;
  const body = { status: { phase: 'Running', conditions } };
  await eventually(async () => {
    await plane().admin.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    return ready(await tenant(plane(), name)) === 'Running';
  });
}

/** The object of a tenant that is meant. */
function objectOf(name: string, kind: string, objectName?: string): KubeObject {
  const found = renderedObjects(name, plain).find(
    (object) => object.kind === kind && (objectName === undefined || object.metadata.name === objectName),
  );
  if (found === undefined) throw new Error(`${kind} ${objectName ?? ''}`);
  return found;
}

/** A write by a person's tool, under its own name. */
async function editAs(manager: string, object: KubeObject, patch: object): Promise<void> {
  const path = `${pathOf(object)}?fieldManager=${manager}`;
  await plane().admin.ok({ method: 'PATCH', path, body: patch, contentType: 'application/merge-patch+json' });
}

describe('a Rendered tenant that Git applied', () => {
  test.each<[string, TenantGatewaySpec, Apply]>([
    ['server-plain', plain, byServer],
    ['server-wide', wide, byServer],
    ['client-plain', plain, byClient],
    ['client-wide', { ...wide, access: { tokenSecretRef, ingress: { host: 'other.example.com' } } }, byClient],
  ])('%s has no drift, whoever applied it, and was read once', async (name, spec, apply) => {
    const requests = await plane().audit.during(() => applied(name, spec, apply));
    const live = await tenant(plane(), name);
    expect([drift(live), condition(live, 'Ready')?.message]).toEqual(['', expect.stringMatching(/^gateway 0/)]);
    expect(live.status.revision?.applied).toBe(live.status.revision?.desired);
    const reads = sent(requests).filter((what) => what.startsWith('get '));
    expect(reads).toHaveLength(renderedObjects(name, spec).length);
    // Profiles count their tenants, and tenants before this one their pods, a while after; the first one holds its profile.
    const expected = /^(get |patch tenantgateways\/status |patch gatewayprofiles(\/status)? default$)/;
    expect(sent(requests).filter((what) => !expected.test(what))).toEqual([]);
  });

  test('costs nothing at rest: status of controllers, others’ labels, a touch of the tenant', async () => {
    await runner.settled();
    const passes = await runner.passes();
    const requests = await plane().audit.during(async () => {
      await mergePatch(plane(), ours('TenantGateway', 'server-wide'), { metadata: { annotations: { touched: 'x' } } });
      await editAs('someone', objectOf('server-plain', 'Service'), { metadata: { labels: { team: 'blue' } } });
      const workload = pathOf(objectOf('server-plain', 'StatefulSet'));
      await mergePatch(plane(), `${workload}/status`, { status: { collisionCount: 1 } });
      await mergePatch(plane(), workload, {
        spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } },
      });
      await eventually(async () => (await runner.passes()) > passes);
      await runner.settled();
    });
    expect(sent(requests).filter((what) => !what.startsWith('patch tenantgateways/status'))).toEqual([]);
  });
});

interface Edit {
  readonly by: string;
  readonly object: KubeObject;
  readonly patch: object;
  /** Object, field, who. */
  readonly told: string;
  /** What sets it back, where applying does not: it leaves alone what it never named. */
  readonly undo?: object;
  /** The gateway is not what was asked for. */
  readonly isNotReady?: boolean;
}

const name = 'watched';
const policy = objectOf(name, 'NetworkPolicy', 'cell');
const egress = (policy['spec'] as { egress: unknown[] }).egress;
const workload = objectOf(name, 'StatefulSet');
const containers = (workload['spec'] as { template: { spec: { containers: { name: string; env: object[] }[] } } })
  .template.spec.containers;
const withSpec = (spec: object): object => ({ spec: { template: { spec } } });

const edits: Readonly<Record<string, Edit>> = {
  'a rule more': {
    by: 'kubectl-edit',
    object: policy,
    patch: { spec: { egress: [...egress, {}] } },
    told: `NetworkPolicy/tenant-watched/cell: spec.egress[${egress.length}] added by "kubectl-edit"`,
  },
  'a rule less': {
    by: 'kubectl-edit',
    object: policy,
    patch: { spec: { egress: egress.slice(1) } },
    told: 'NetworkPolicy/tenant-watched/cell: spec.egress[0] removed by "kubectl-edit"',
  },
  'a label changed': {
    by: 'kubectl-label',
    object: objectOf(name, 'Namespace'),
    patch: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
    told: 'Namespace/tenant-watched: metadata.labels["pod-security.kubernetes.io/enforce"] changed by "kubectl-label"',
  },
  'a limit changed': {
    by: 'kubectl-patch',
    object: objectOf(name, 'ResourceQuota'),
    patch: { spec: { hard: { pods: '50' } } },
    told: 'ResourceQuota/tenant-watched/cell: spec.hard.pods changed by "kubectl-patch"',
  },
  'a token that is mounted': {
    by: 'kubectl-patch',
    object: objectOf(name, 'ServiceAccount'),
    patch: { automountServiceAccountToken: true },
    told: 'ServiceAccount/tenant-watched/gateway: automountServiceAccountToken changed by "kubectl-patch"',
  },
  'a field removed': {
    by: 'kubectl-patch',
    object: objectOf(name, 'ServiceAccount'),
    patch: { automountServiceAccountToken: null },
    told: 'ServiceAccount/tenant-watched/gateway: automountServiceAccountToken missing',
  },
  'an image changed': {
    by: 'kubectl-set',
    object: workload,
    patch: withSpec({ containers: containers.map((one) => ({ ...one, image: 'evil.example.com/x:1' })) }),
    told: 'StatefulSet/tenant-watched/gateway: spec.template.spec.containers[0].image changed by "kubectl-set"',
    isNotReady: true,
  },
  // Nothing that Pod Security or the quota refuses: the StatefulSet controller would back off for longer than a test waits.
  'a variable and a field beside ours': {
    by: 'intruder',
    object: workload,
    patch: withSpec({
      shareProcessNamespace: true,
      containers: containers.map((one) => ({ ...one, env: [...one.env, { name: 'LD_PRELOAD', value: '/x.so' }] })),
    }),
    told: `StatefulSet/tenant-watched/gateway: spec.template.spec.containers[0].env[${containers[0]?.env.length ?? 0}] added by "intruder", spec.template.spec.shareProcessNamespace added by "intruder"`,
    undo: withSpec({ shareProcessNamespace: null, containers }),
    isNotReady: true,
  },
};

describe('what somebody does to it', () => {
  beforeAll(async () => {
    await applied(name, plain, byServer);
    await makePodReady(plane(), name);
    await tenantWhen(plane(), name, (_status, live) => ready(live) === 'Running');
  });

  test.each(Object.keys(edits))(
    '%s is told with object, field and who, and forgotten when Git sets it back',
    async (what) => {
      const edit = edits[what] as Edit;
      const requests = await plane().audit.during(async () => {
        await editAs(edit.by, edit.object, edit.patch);
        const told = await tenantWhen(plane(), name, (_status, live) => drift(live) !== '');
        expect(drift(told)).toBe(`not as the spec asks, for Git to set back: ${edit.told}`);
        expect(condition(told, 'Degraded')?.reason).toBe('Drift');
        expect(condition(told, 'Ready')?.status).toBe(edit.isNotReady === true ? 'False' : 'True');
        expect(isObserved(told.status, told)).toBe(true);
        await (edit.undo === undefined ? byServer(edit.object) : editAs(edit.by, edit.object, edit.undo));
        if (edit.isNotReady === true) await runsAgain(name);
        await tenantWhen(plane(), name, (_status, live) => drift(live) === '');
        await runner.settled();
      });
      const writes = sent(requests).filter((one) => !one.startsWith('get '));
      expect(new Set(writes)).toEqual(new Set([`patch tenantgateways/status ${name}`]));
      const reads = sent(requests).filter((one) => one.startsWith('get '));
      expect([reads.length, new Set(reads).size]).toEqual([2, 1]);
    },
  );

  test('an object that is removed, and one that nobody wants, are told as well', async () => {
    const service = objectOf(name, 'Service');
    await plane().admin.ok({ method: 'DELETE', path: pathOf(service) });
    const removed = await tenantWhen(plane(), name, (_status, live) => drift(live) !== '');
    expect(drift(removed)).toContain(`Service/tenant-watched/${service.metadata.name}: removed`);
    expect(condition(removed, 'Ready')?.status).toBe('False');
    await byServer(service);
    await tenantWhen(plane(), name, (_status, live) => drift(live) === '');
    const metadata = { name: 'open', namespace: 'tenant-watched', labels: { 'cellwright.dev/tenant': name } };
    const open: KubeObject = { ...policy, metadata, spec: { podSelector: {}, egress: [{}], policyTypes: ['Egress'] } };
    await createAs(plane(), 'kubectl-create', open);
    const told = await tenantWhen(plane(), name, (_status, live) => drift(live) !== '');
    expect(drift(told)).toContain('NetworkPolicy/tenant-watched/open: not wanted by "kubectl-create"');
    await plane().admin.ok({ method: 'DELETE', path: pathOf(open) });
    await tenantWhen(plane(), name, (_status, live) => drift(live) === '');
  });

  test('what Git itself applies otherwise is not applied yet, and no drift', async () => {
    const quota = objectOf(name, 'ResourceQuota');
    const spec = quota['spec'] as { hard: object };
    await byServer({ ...quota, spec: { ...spec, hard: { ...spec.hard, pods: '50' } } });
    const waiting = await tenantWhen(plane(), name, (_status, live) => ready(live) === 'NotApplied');
    expect(condition(waiting, 'Ready')?.message).toBe(
      'not applied from Git yet: ResourceQuota/tenant-watched/cell: spec.hard.pods changed by "argocd-controller"',
    );
    expect(drift(waiting)).toBe('');
    await byServer(quota);
    await tenantWhen(plane(), name, (_status, live) => ready(live) === 'Running');
  });

  test('a part more of a rule is not passed over, though who applies it sets our labels, too', async () => {
    const ranges = (egress as { ports: object[] }[]).map((rule) => ({
      ...rule,
      ports: rule.ports.map((port) => ({ ...port, endPort: 65535 })),
    }));
    await applyAs(plane(), 'kubectl', { ...policy, spec: { ...(policy['spec'] as object), egress: ranges } });
    const told = await tenantWhen(plane(), name, (_status, live) => ready(live) === 'NotApplied');
    expect(condition(told, 'Ready')?.message).toContain('spec.egress[0].ports[0].endPort added by "kubectl"');
    await byServer(policy);
    await tenantWhen(plane(), name, (_status, live) => ready(live) === 'Running');
  });

  test('drift that happens while no runner looks is told by the next one', async () => {
    await runner.stop();
    await editAs('kubectl-edit', policy, { spec: { egress: [{}] } });
    await runner.startAnew();
    const told = await tenantWhen(plane(), name, (_status, live) => drift(live) !== '');
    expect(drift(told)).toContain('NetworkPolicy/tenant-watched/cell: spec.egress changed by "kubectl-edit"');
    await byServer(policy);
    await tenantWhen(plane(), name, (_status, live) => drift(live) === '');
  });

  test('a tenant that becomes Managed is applied, not taken for applied because it was looked at', async () => {
    await mergePatch(plane(), ours('TenantGateway', name), { spec: { delivery: 'Managed' } });
    await tenantWhen(
      plane(),
      name,
      (status, live) => isObserved(status, live) && live.metadata.finalizers !== undefined,
    );
    await runner.settled();
    const { metadata } = await plane().admin.object({ path: pathOf(objectOf(name, 'ResourceQuota')) });
    expect(metadata.managedFields?.map(({ manager }) => manager)).toContain('cellwright');
  });
});
