/** A whole installation that nothing is wrong with: platform, runner's traces, tenants of both deliveries, a network plugin. */
import { setTimeout as sleep } from 'node:timers/promises';
import { platformNames } from '../../../constructs/platform/labels.ts';
import type { PlatformProps } from '../../../constructs/platform/settings.ts';
import { synthesizePlatform } from '../../../constructs/platform/synthesize-platform.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { synthesizeTenant } from '../../../constructs/synth/synthesize-tenant.ts';
import { packageVersion } from '../../../files/assets/package-root.ts';
import { audit } from '../../../runner/audit/audit.ts';
import type { AuditOptions, AuditReport } from '../../../runner/audit/audit.ts';
import { objectText } from '../../../runner/audit/finding.ts';
import { platformKindOf } from '../../../runner/audit/read-kinds.ts';
import { KubeClient } from '../../../runner/kube/client.ts';
import { systemClock } from '../../../runner/kube/clock.ts';
import { loadCluster } from '../../../runner/kube/cluster.ts';
import { objectPath } from '../../../runner/kube/resource.ts';
import type { Send } from '../../../runner/kube/send.ts';
import { createTransport } from '../../../runner/kube/transport.ts';
import { opaVerdicts } from '../../../runner/rego/opa-verdicts.ts';
import type { TestObject } from './api-client.ts';
import type { TestControlPlane } from './control-plane.ts';
import { quotaIsCounted } from './counted-quota.ts';
import { applyAs } from './rendered-tenant.ts';
import { bundleOf } from './webhook-bundle.ts';
import {
  assets,
  createObject,
  eventually,
  isObserved,
  ours,
  startTestRunner,
  tenant,
  tenantWhen,
} from './running-fleet.ts';

/** Any digest: nothing pulls an image here. */
const digest = `sha256:${'5'.repeat(64)}`;

/** How the platform is installed. */
export const platformProps: PlatformProps = {
  version: packageVersion(),
  image: `ghcr.io/cellwright/runner:${packageVersion()}@${digest}`,
};

/** A profile that names bytes, not tags. */
export const pinnedProfile = {
  openclaw: { digest },
  images: { opa: `openpolicyagent/opa:1.21.1-static@${digest}` },
};

/** Where an object of the platform lies. */
export function platformPath(object: KubeObject): string {
  return objectPath(platformKindOf(object), object.metadata);
}

/** Applies an object as Git does it. */
async function apply({ admin }: TestControlPlane, object: KubeObject): Promise<void> {
  await admin.apply(platformPath(object), object, 'gitops');
}

/** Installs everything; what is returned ends what plays the kubelet. */
export async function installFleet(plane: TestControlPlane): Promise<void> {
  const objects = synthesizePlatform(platformProps);
  const isKind = ({ kind }: KubeObject): boolean => kind === 'CustomResourceDefinition';
  for (const object of objects.filter(isKind)) await apply(plane, object);
  for (const kind of ['TenantGateway', 'GatewayProfile', 'PolicyBundle'])
    await eventually(async () => (await plane.admin.send({ path: ours(kind) })).status === 200);
  for (const object of objects.filter((one) => !isKind(one))) await apply(plane, object);
  await createObject(plane, 'GatewayProfile', { name: 'default', spec: pinnedProfile });
  await createObject(plane, 'TenantGateway', { name: 'managed', spec: { organization: 'acme' } });
  await createObject(plane, 'TenantGateway', { name: 'managed-b', spec: { policy: { tools: { deny: ['exec'] } } } });
  await installRendered(plane);
  await installPlugin(plane);
  await makePluginReady(plane);
  for (const object of objects) await vouchFor(plane, object);
}

/** What the runner's admission writes; nobody answers, and the API server goes on (failurePolicy Ignore). */
async function vouchFor(plane: TestControlPlane, object: KubeObject): Promise<void> {
  if (object.kind !== 'ValidatingWebhookConfiguration') return;
  const body = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: await bundleOf(-1, 9) }];
  const path = platformPath(object);
  await plane.admin.ok({ method: 'PATCH', path, body, contentType: 'application/json-patch+json' });
}

/** What Git applies, under the spec as the API server completes it. */
async function installRendered(plane: TestControlPlane): Promise<void> {
  const tokenSecretRef = { name: 'gateway-token', key: 'token' };
  await createObject(plane, 'TenantGateway', {
    name: 'rendered',
    spec: { delivery: 'Rendered', access: { tokenSecretRef } },
  });
  for (const object of await renderedCell(plane, 'rendered')) await applyAs(plane, 'argocd-controller', object);
}

/** A tenant's objects as they should be. */
export async function renderedCell(plane: TestControlPlane, name: string): Promise<readonly KubeObject[]> {
  const { spec, status } = await tenant(plane, name);
  const profile = (await plane.admin.object({ path: ours('GatewayProfile', 'default') })) as TestObject & {
    spec: object;
  };
  return synthesizeTenant({
    tenant: { name, spec },
    profile: { name: 'default', spec: profile.spec },
    bundles: [],
    assets,
    ...(status.tokenSecretName === undefined ? {} : { tokenSecretName: status.tokenSecretName }),
  }).objects;
}

/** A network plugin as Cilium's manifests name it, and a node for its pod. */
async function installPlugin(plane: TestControlPlane): Promise<void> {
  const { admin } = plane;
  const labels = { 'k8s-app': 'cilium' };
  await admin.ok({ method: 'POST', path: '/api/v1/nodes', body: { metadata: { name: 'node-0' } } });
  await admin.apply(pluginPath, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'cilium', namespace: 'kube-system' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        // As Cilium's own. No kubelet speaks for the node, which is tainted as unreachable after a minute.
        spec: {
          containers: [{ name: 'agent', image: 'quay.io/cilium/cilium:v1.18.0' }],
          tolerations: [{ operator: 'Exists' }],
        },
      },
    },
  });
}

const podsOfSystem = '/api/v1/namespaces/kube-system/pods';

/** Says of the plugin's pod what a kubelet would say. */
export async function makePluginReady(plane: TestControlPlane, isReadyNow = true): Promise<void> {
  const { admin } = plane;
  const lastTransitionTime = new Date().toISOString();
  const conditions = [{ type: 'Ready', status: isReadyNow ? 'True' : 'False', lastTransitionTime }];
  let last: TestObject | undefined;
  await eventually(
    async () => {
      for (const { metadata } of await admin.list(`${podsOfSystem}?labelSelector=k8s-app%3Dcilium`)) {
        const body = { status: { phase: 'Running', conditions } };
        const path = `${podsOfSystem}/${metadata.name}/status`;
        await admin.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
      }
      last = await admin.object({ path: pluginPath });
      const { numberReady = 0 } = (last['status'] ?? {}) as { numberReady?: number };
      return numberReady === (isReadyNow ? 1 : 0);
    },
    () => `the DaemonSet of the plugin is ${JSON.stringify(last?.['status'])}`,
  );
}
export const pluginPath = '/apis/apps/v1/namespaces/kube-system/daemonsets/cilium';

/** Those of {@link installFleet}. */
const tenants = ['managed', 'managed-b', 'rendered'] as const;

/** Lets a runner work until every tenant is Ready, and leaves the Lease as if it went on: what it repairs would not be found. */
export async function settleFleet(plane: TestControlPlane): Promise<void> {
  const { namespace, lease } = platformNames;
  await using runner = await startTestRunner(plane, {
    version: packageVersion(),
    election: { namespace, name: lease },
  });
  for (const name of tenants) {
    await tenantWhen(plane, name, (status, live) => isObserved(status, live) && isReady(status.conditions));
  }
  await runner.settled();
  await runner.stop();
  await renewLease(plane);
  for (const name of tenants) await quotaIsCounted(plane, name);
}

function isReady(conditions: readonly { readonly type: string; readonly status: string }[] = []): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Says that a runner renewed the Lease an hour from now. */
export async function renewLease(plane: TestControlPlane, renewTime = Date.now() + 3_600_000): Promise<void> {
  await plane.admin.ok({
    method: 'PATCH',
    path: leasePath,
    contentType: 'application/merge-patch+json',
    body: { spec: { holderIdentity: 'runner-0', renewTime: new Date(renewTime).toISOString().replace('Z', '000Z') } },
  });
}
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${platformNames.namespace}/leases/${platformNames.lease}`;

/** Says of every pod of the runner's Deployment what a kubelet would say. */
export async function makeRunnerReady({ admin }: TestControlPlane, isReadyNow = true): Promise<void> {
  const { namespace, runner } = platformNames;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/${runner}`;
  const wanted = isReadyNow ? 2 : 0;
  const lastTransitionTime = new Date().toISOString();
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({
    type,
    status: isReadyNow ? 'True' : 'False',
    lastTransitionTime,
  }));
  await eventually(async () => {
    for (const { metadata } of await admin.list(pods)) {
      const body = { status: { phase: 'Running', conditions } };
      const path = `${pods}/${metadata.name}/status`;
      await admin.ok({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    }
    await sleep(100);
    const { status } = (await admin.object({ path: deployment })) as TestObject & {
      status: { readyReplicas?: number };
    };
    return (status.readyReplicas ?? 0) === wanted;
  });
}

/** User agent of the audits of tests. */
export const auditAgent = 'cellwright-doctor/test';

/** Audits with what is installed here. @param way around the requests */
export async function auditFleet(
  kubeconfig: string,
  overrides: Partial<AuditOptions> = {},
  way: (send: Send) => Send = (send) => send,
): Promise<AuditReport> {
  const cluster = loadCluster({ kubeconfig });
  const transport = createTransport(cluster, { userAgent: auditAgent, clock: systemClock });
  try {
    return await audit({
      client: new KubeClient(way(transport.send), () => undefined),
      server: cluster.server,
      clock: systemClock,
      signal: AbortSignal.timeout(60_000),
      assets,
      platform: platformProps,
      rego: opaVerdicts({ assets, progress: () => undefined }),
      onProgress: () => undefined,
      ...overrides,
    });
  } finally {
    await transport.close();
  }
}

/** `cell.changed NetworkPolicy tenant-managed/cell`, in order. */
export function told({ findings }: AuditReport): string[] {
  return findings.map(({ id, object }) => `${id} ${objectText(object)}`).sort();
}
