/** Tenants as fleet/ shows them, and what happens to them. */
import type { TenantGatewaySpec } from '../../../constructs/api/types.gen.ts';
import type { ApiClient, TestRequest } from '../../api/support/api-client.ts';
import { mergePatch, ours } from '../../api/support/running-fleet.ts';
import { oneOf } from './seed.ts';
import type { Random } from './seed.ts';

/** Specs by the tenant's name. */
export type Specs = Readonly<Record<string, TenantGatewaySpec>>;

/** A plain one, one with every part that an example has, and one that will go. */
export function firstSpecs(prefix: string, deletionPolicy: 'Retain' | 'Delete'): Specs {
  return {
    [`${prefix}-starter`]: {},
    [`${prefix}-support`]: {
      organization: 'acme',
      team: 'support',
      openclaw: {
        config: { channels: { telegram: { dmPolicy: 'allowlist', allowFrom: ['1002'] } } },
        workspace: [{ path: 'SOUL.md', content: 'You help the customers of Acme.\n' }],
      },
      credentials: [
        { name: 'anthropic', provider: 'anthropic', secretRef: { name: 'model-keys', key: 'anthropic' } },
        { name: 'telegram', channel: 'telegram', secretRef: { name: 'channel-tokens', key: 'telegram' } },
      ],
      egress: [{ cidr: '203.0.113.10/32', ports: [{ port: 8443 }] }],
      policy: { tools: { deny: ['memory_*'] } },
    },
    [`${prefix}-leaving`]: { deletionPolicy, access: { ingress: { host: `${prefix}.example.com` } } },
  };
}

/** Changes of the spec, one after the other: a feature comes, another goes, then the first goes again. A null removes. */
export function changesOf(prefix: string): readonly Readonly<Record<string, object>>[] {
  return [
    {
      [`${prefix}-starter`]: { access: { ingress: { host: `${prefix}-starter.example.com` } } },
      [`${prefix}-support`]: { egress: null, resources: { memory: '1100Mi', memoryLimit: '2Gi' } },
    },
    {
      [`${prefix}-starter`]: { access: null, policy: { tools: { deny: ['exec'] } } },
      [`${prefix}-support`]: { state: 'Stopped', access: { ingress: { host: `${prefix}-support.example.com` } } },
    },
    { [`${prefix}-support`]: { state: 'Running', team: 'sales' } },
  ];
}

/** What a person asks for of one cell; each changes another part of it. A host is one tenant's. */
export function changesOfOne(name: string): readonly object[] {
  return [
    { access: { ingress: { host: `${name}.example.com` } } },
    { access: null },
    { policy: { tools: { deny: ['exec'] } } },
    { policy: null },
    { resources: { memory: '1100Mi', memoryLimit: '2Gi' } },
    { egress: [{ cidr: '203.0.113.10/32', ports: [{ port: 8443 }] }], resources: null },
    { egress: null },
  ];
}

/** Merges a change into a tenant's spec, as a person does. */
export async function changeSpec(plane: { readonly admin: ApiClient }, name: string, spec: object): Promise<void> {
  await mergePatch(plane, ours('TenantGateway', name), { spec });
}

const core = '/api/v1/namespaces';
const networking = '/apis/networking.k8s.io/v1/namespaces';

/** Ways in which somebody removes or changes an object of a tenant. */
export function harmsTo(tenant: string): readonly (TestRequest & { readonly method: 'DELETE' | 'PATCH' })[] {
  const namespace = `tenant-${tenant}`;
  const patch = (path: string, body: object): TestRequest & { readonly method: 'PATCH' } => ({
    method: 'PATCH',
    path,
    body,
    contentType: 'application/merge-patch+json',
  });
  return [
    { method: 'DELETE', path: `${core}/${namespace}/services/gateway` },
    { method: 'DELETE', path: `${networking}/${namespace}/networkpolicies/default-deny` },
    patch(`${core}/${namespace}/resourcequotas/cell`, { spec: { hard: { pods: '77' } } }),
    patch(`${core}/${namespace}/services/gateway`, { metadata: { labels: { 'cellwright.dev/tenant': null } } }),
    patch(`/apis/apps/v1/namespaces/${namespace}/statefulsets/gateway`, { spec: { minReadySeconds: 7 } }),
  ];
}

/** Somebody removes or changes an object of a tenant, if it is there. */
export async function breakSomething(
  { admin }: { readonly admin: ApiClient },
  tenant: string,
  random: Random,
): Promise<void> {
  const request = oneOf(harmsTo(tenant), random);
  const { status, body } = await admin.send(request);
  if (status !== 404 && status >= 300) throw new Error(`${request.path}: ${JSON.stringify(body)}`);
}
