/** Faults of what is a tenant's. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestObject } from './api-client.ts';
import { pinnedProfile } from './audited-fleet.ts';
import type { TestControlPlane } from './control-plane.ts';
import { quotaIsCounted } from './counted-quota.ts';
import { added, changed, labelled, removed, replaced } from './planted-fault.ts';
import type { PlantedFault } from './planted-fault.ts';
import { eventually, gatewayIsMade, makePodReady, mergePatch, ours } from './running-fleet.ts';

const networking = 'apis/networking.k8s.io/v1';
const tenantPath = (kind: string, name: string, group = 'api/v1'): string =>
  `/${group}/namespaces/tenant-managed/${kind}/${name}`;
const podsPath = '/api/v1/namespaces/tenant-managed/pods';
const gatewayPod = tenantPath('pods', 'gateway-0');
const gatewaySet = tenantPath('statefulsets', 'gateway', 'apis/apps/v1');
const managed = ours('TenantGateway', 'managed');

/** A status as the runner would write it, or somebody in its place. */
function statusOf(tells: string, change: (status: Record<string, unknown>) => object): PlantedFault {
  return replaced(tells, `${managed}/status`, {
    place: '/status',
    value: (before: unknown) => {
      const status = before as Record<string, unknown>;
      return { ...status, ...change(status) };
    },
  });
}

function withCondition(tells: string, condition: Readonly<Record<string, string>>): PlantedFault {
  return statusOf(tells, ({ conditions }) => ({
    conditions: (conditions as { type: string }[]).map((one) =>
      one.type === condition['type'] ? { ...one, ...condition } : one,
    ),
  }));
}

const minerBody = {
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'main',
        image: `ghcr.io/openclaw/openclaw:2026.9.6@${pinnedProfile.openclaw.digest}`,
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '16Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
};

/** It takes the place that the quota has for the next gateway pod. */
const miner = added('foreign.pod Pod tenant-managed/miner', tenantPath('pods', 'miner'), minerBody);
const minerGoes = async (plane: TestControlPlane): Promise<void> => {
  await miner.heal(plane);
  await quotaIsCounted(plane, 'managed');
};

/** Settles when the controller has seen every StatefulSet as it is now: until then pods are of a template that nobody wants. */
async function setsAreSeen({ admin }: TestControlPlane): Promise<void> {
  await eventually(async () => {
    const sets = (await admin.list('/apis/apps/v1/statefulsets')) as readonly (TestObject & {
      readonly metadata: { readonly generation: number };
      readonly status?: { readonly observedGeneration?: number };
    })[];
    return sets.every(({ metadata, status }) => (status?.observedGeneration ?? 0) >= metadata.generation);
  });
}

/** Settles when that has brought the pods that are wanted, and the quotas have counted them: for a moment a rollout leaves none. */
export async function gatewaysAreRolled(plane: TestControlPlane): Promise<void> {
  await setsAreSeen(plane);
  for (const name of ['managed', 'rendered']) {
    await gatewayIsMade(plane, name);
    await quotaIsCounted(plane, name);
  }
}

interface PodBody {
  metadata: Record<string, unknown>;
  spec: { containers: [Record<string, unknown>, ...Record<string, unknown>[]]; tolerations?: unknown[] };
}

/** A pod in the place of the gateway's, with everything of it and something else: the StatefulSet takes it for its own. */
function ofGatewayPod(change: (pod: PodBody) => void): PlantedFault {
  return {
    tells: ['foreign.pod Pod tenant-managed/gateway-0'],
    plant: async (plane) => {
      const { metadata, ...content } = (await plane.admin.object({ path: gatewayPod })) as TestObject & PodBody;
      const { name, labels, annotations, ...others } = metadata;
      const { ownerReferences } = others as { ownerReferences?: unknown };
      const body = structuredClone({
        ...content,
        status: undefined,
        metadata: { name, labels, annotations, ownerReferences },
      });
      change(body);
      await replaceGatewayPod(plane, body);
    },
    heal: (plane) => replaceGatewayPod(plane, undefined),
  };
}

/** Until there is another one: the one that is given, however fast the StatefulSet is, or the one that the StatefulSet makes. */
async function replaceGatewayPod(plane: TestControlPlane, instead: object | undefined): Promise<void> {
  const { metadata } = await plane.admin.object({ path: gatewayPod });
  const remove = `${gatewayPod}?gracePeriodSeconds=0`;
  await plane.admin.ok({ method: 'DELETE', path: remove });
  await eventually(async () => {
    if (instead === undefined) {
      const { status, body } = await plane.admin.send({ path: gatewayPod });
      return status === 200 && (body as TestObject).metadata.uid !== metadata.uid;
    }
    const { status } = await plane.admin.send({ method: 'POST', path: podsPath, body: instead });
    if (status >= 300) await plane.admin.send({ method: 'DELETE', path: remove });
    return status < 300;
  });
  await makePodReady(plane, 'managed');
  await quotaIsCounted(plane, 'managed');
}

/** What is a tenant's. */
export const cellFaults: Readonly<Record<string, PlantedFault>> = {
  'default-deny is gone': removed(
    ['cell.missing NetworkPolicy tenant-managed/default-deny'],
    tenantPath('networkpolicies', 'default-deny', networking),
  ),
  'a network policy allows everything': replaced(
    'cell.changed NetworkPolicy tenant-managed/cell',
    tenantPath('networkpolicies', 'cell', networking),
    { place: '/spec/egress', value: (rules: unknown) => [...(rules as unknown[]), {}] },
  ),
  'Pod Security of a tenant is privileged': changed(
    'cell.changed Namespace tenant-managed',
    '/api/v1/namespaces/tenant-managed',
    {
      patch: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
      back: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    },
  ),
  'a quota is wider': replaced('cell.changed ResourceQuota tenant-managed/cell', tenantPath('resourcequotas', 'cell'), {
    place: '/spec/hard/pods',
    value: '50',
  }),
  'the account’s token is mounted': replaced(
    'cell.changed ServiceAccount tenant-managed/gateway',
    tenantPath('serviceaccounts', 'gateway'),
    { place: '/automountServiceAccountToken', value: true },
  ),
  'the gateway has a variable more': replaced('cell.changed StatefulSet tenant-managed/gateway', gatewaySet, {
    place: '/spec/template/spec/containers/0/env',
    value: (env: unknown) => [...(env as unknown[]), { name: 'LD_PRELOAD', value: '/x.so' }],
  }),
  'what Git applies was changed': replaced(
    'cell.changed LimitRange tenant-rendered/cell',
    '/api/v1/namespaces/tenant-rendered/limitranges/cell',
    { place: '/spec/limits/0/default/memory', value: '2Gi' },
  ),
  'a policy was lost': {
    tells: ['cell.missing ConfigMap tenant-managed/POLICY'],
    plant: async (plane) => {
      lost = await policyOf(plane);
      await mergePatch(plane, tenantPath('configmaps', lost), {
        metadata: { labels: { 'cellwright.dev/tenant': null } },
      });
    },
    heal: (plane) => mergePatch(plane, tenantPath('configmaps', lost), labelled),
  },
  'an object carries the tenant’s label': added(
    'cell.extra PodDisruptionBudget tenant-managed/other',
    tenantPath('poddisruptionbudgets', 'other', 'apis/policy/v1'),
    { ...labelled, spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'other' } } } },
  ),
  'a pod has another image than its StatefulSet gives it': replaced(
    'foreign.pod Pod tenant-managed/gateway-0',
    gatewayPod,
    { place: '/spec/containers/0/image', value: 'evil.example.com/miner:1' },
  ),
  'a pod has a container more': ofGatewayPod((pod) => {
    pod.spec.containers.push({ ...minerBody.spec.containers[0], name: 'aside' });
  }),
  'a pod goes to any node': ofGatewayPod((pod) => {
    pod.spec.tolerations = [{ operator: 'Exists' }];
  }),
  'a pod has another command': ofGatewayPod((pod) => {
    pod.spec.containers[0].command = ['sh'];
  }),
  'a pod is asked how it is by a command': ofGatewayPod((pod) => {
    pod.spec.containers[0]['livenessProbe'] = { exec: { command: ['sh', '-c', 'true'] } };
  }),
  'a pod names the StatefulSet as its owner': {
    tells: ['foreign.pod Pod tenant-managed/miner', 'quota.pressure ResourceQuota tenant-managed/cell'],
    plant: async (plane) => {
      const { metadata } = await plane.admin.object({ path: gatewaySet });
      const owner = {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        name: 'gateway',
        uid: metadata.uid,
        controller: true,
      };
      const body = { ...minerBody, metadata: { name: 'miner', ownerReferences: [owner] } };
      return plane.admin.ok({ method: 'POST', path: podsPath, body });
    },
    heal: minerGoes,
  },
  'a workload beside the gateway': added(
    'foreign.workload CronJob tenant-managed/nightly',
    tenantPath('cronjobs', 'nightly', 'apis/batch/v1'),
    {
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: { spec: { ...minerBody.spec, restartPolicy: 'Never' } } } },
      },
    },
  ),
  'a pod runs there': {
    ...miner,
    tells: [...miner.tells, 'quota.pressure ResourceQuota tenant-managed/cell'],
    heal: minerGoes,
  },
  'somebody looks into a gateway': {
    tells: ['foreign.ephemeral-container Pod tenant-managed/gateway-0'],
    plant: async (plane) => {
      const { spec } = await plane.admin.object({ path: gatewayPod });
      const { securityContext, image } = (spec as { containers: { securityContext: object; image: string }[] })
        .containers[0] as { securityContext: object; image: string };
      const ephemeralContainers = [{ name: 'debug', image, securityContext }];
      await mergePatch(plane, `${gatewayPod}/ephemeralcontainers`, { spec: { ephemeralContainers } });
    },
    heal: (plane) => replaceGatewayPod(plane, undefined),
  },
  'a Service points elsewhere': added('foreign.service Service tenant-managed/out', tenantPath('services', 'out'), {
    spec: { type: 'ExternalName', externalName: 'evil.example.com' },
  }),
  'a Service takes an outer address': added('foreign.service Service tenant-managed/in', tenantPath('services', 'in'), {
    spec: { ports: [{ port: 80 }], externalIPs: ['203.0.113.7'] },
  }),
  'a network policy beside ours widens': added(
    'foreign.network-policy NetworkPolicy tenant-managed/open',
    tenantPath('networkpolicies', 'open', networking),
    { spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } },
  ),
  'an Ingress beside ours': added(
    'foreign.route Ingress tenant-managed/side',
    tenantPath('ingresses', 'side', networking),
    { spec: { defaultBackend: { service: { name: 'gateway', port: { number: 18789 } } } } },
  ),
  'a ServiceAccount beside ours': added(
    'foreign.service-account ServiceAccount tenant-managed/builder',
    tenantPath('serviceaccounts', 'builder'),
    {},
  ),
  'the gateway’s account has a cloud identity': changed(
    'foreign.service-account ServiceAccount tenant-managed/gateway',
    tenantPath('serviceaccounts', 'gateway'),
    {
      patch: { metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/admin' } } },
      back: { metadata: { annotations: { 'eks.amazonaws.com/role-arn': null } } },
    },
  ),
  'a quota is nearly full': {
    tells: ['quota.pressure ResourceQuota tenant-managed/cell'],
    plant: (plane) => fillQuota(plane, 'POST'),
    heal: (plane) => fillQuota(plane, 'DELETE'),
  },
  'a token is old': statusOf('token.old TenantGateway managed', () => ({
    tokenRotation: { answered: '2026-01-01T00:00:00.000Z-0123abcd' },
  })),
  'a tenant is paused': changed('tenant.paused TenantGateway managed', managed, {
    patch: { metadata: { annotations: { 'cellwright.dev/paused': 'true' } } },
    back: { metadata: { annotations: { 'cellwright.dev/paused': null } } },
  }),
  'a tenant is stalled': withCondition('tenant.stalled TenantGateway managed', {
    type: 'Stalled',
    status: 'True',
    reason: 'Invalid',
    message: 'spec.x: no',
  }),
  'a deletion is held': withCondition('tenant.deletion-held TenantGateway managed', {
    type: 'Stalled',
    status: 'True',
    reason: 'MassDeletion',
    message: 'held',
  }),
  'a tenant is degraded': withCondition('tenant.degraded TenantGateway managed', { type: 'Degraded', status: 'True' }),
  'a tenant is not ready': withCondition('tenant.not-ready TenantGateway managed', { type: 'Ready', status: 'False' }),
};

let lost = '';

/** Name of the tenant's policy, which has the hash of its content. */
async function policyOf({ admin }: TestControlPlane): Promise<string> {
  const items = await admin.list('/api/v1/namespaces/tenant-managed/configmaps?labelSelector=cellwright.dev/tenant');
  return items.map(({ metadata }) => metadata.name).find((name) => name.startsWith('policy')) ?? '';
}

/** ConfigMaps beside ours, until the quota controller has counted them. */
async function fillQuota({ admin }: TestControlPlane, method: 'POST' | 'DELETE'): Promise<void> {
  const collection = '/api/v1/namespaces/tenant-managed/configmaps';
  const names = Array.from({ length: 57 }, (_, index) => `filler-${index}`);
  for (const name of names) {
    const making = { path: collection, body: { metadata: { name } } };
    await admin.ok({ method, ...(method === 'POST' ? making : { path: `${collection}/${name}` }) });
  }
  await eventually(async () => {
    const { status } = await admin.object({ path: '/api/v1/namespaces/tenant-managed/resourcequotas/cell' });
    const used = Number((status as { used: Record<string, string> }).used['count/configmaps']);
    return method === 'POST' ? used > 57 : used < 20;
  });
  await sleep(50);
}
