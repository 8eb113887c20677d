/** A fleet behind its walls: a runner that has its own account and no more, tenants, and people. */
import { installForeignKind } from '../../../fault/support/optional-kinds.ts';
import type { ApiClient } from '../api-client.ts';
import type { TestControlPlane } from '../control-plane.ts';
import { quotaIsCounted } from '../counted-quota.ts';
import { createObject, eventually, isObserved, startTestRunner, tenantWhen } from '../running-fleet.ts';
import type { TestRunner } from '../running-fleet.ts';
import { person } from './accounts.ts';
import { attempt, patch, post, wallOf } from './attack.ts';
import { installWalls, peoplePolicyNames } from './walls.ts';
import { ours } from '../running-fleet.ts';

const ownTenant = {
  apiGroups: ['cellwright.dev'],
  resources: ['tenantgateways'],
  resourceNames: ['acme', 'routed'],
  verbs: ['get', 'patch', 'update'],
};

/** What the platform said of the route of `routed`. */
export const platformRoute = { host: 'routed.agents.example.com', className: 'internal' };

/** Who tries. */
export interface Attackers {
  /** As docs/guides/access.md says, with `edit` in the namespace. */
  readonly documented: ApiClient;
  /** With every verb on everything there, and on Namespaces. */
  readonly overbound: ApiClient;
}

/** Installs the walls, makes tenants `acme`, `other` and `routed`, and starts a runner that makes their cells. */
export async function startWalledFleet(plane: TestControlPlane): Promise<TestRunner> {
  await installForeignKind(plane, {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    plural: 'ciliumnetworkpolicies',
  });
  await installForeignKind(plane, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    scope: 'Cluster',
  });
  await installWalls(plane);
  await createObject(plane, 'GatewayProfile', { name: 'lax', spec: { images: { allowed: ['evil.example.com/'] } } });
  await createObject(plane, 'PolicyBundle', { name: 'base', spec: { rules: { tools: { deny: ['exec'] } } } });
  await createObject(plane, 'TenantGateway', { name: 'acme', spec: { organization: 'acme', team: 'support' } });
  await createObject(plane, 'TenantGateway', { name: 'other' });
  // A second one of the same admin; without pods, it is looked at for its spec alone.
  await createObject(plane, 'TenantGateway', {
    name: 'routed',
    spec: { state: 'Stopped', access: { ingress: platformRoute } },
  });
  return startTestRunner(plane);
}

/** The people, once the cells have their pods and the walls hold. */
export async function peopleOf(plane: TestControlPlane): Promise<Attackers> {
  for (const name of ['acme', 'other']) {
    await tenantWhen(plane, name, isObserved);
    await eventually(
      async () => (await plane.admin.send({ path: `/api/v1/namespaces/tenant-${name}/pods/gateway-0` })).status === 200,
    );
    await quotaIsCounted(plane, name);
  }
  const inNamespace = { namespace: 'tenant-acme', clusterRoles: ['edit'] };
  const every = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  const onNamespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['create', 'get', 'patch', 'update'] };
  const people = {
    documented: await person(plane, 'tenant-admin', { inNamespace, clusterRules: [ownTenant] }),
    overbound: await person(plane, 'overbound', {
      inNamespace,
      namespaceRules: [every],
      clusterRules: [ownTenant, onNamespaces],
    }),
  };
  await wallsHold(people);
  return people;
}

/** Policies and rights hold a moment after they were made. */
async function wallsHold({ documented, overbound }: Attackers): Promise<void> {
  const core = '/api/v1/namespaces/tenant-acme';
  const pod = `${core}/pods/gateway-0`;
  const foreign = { spec: { containers: [{ name: 'gateway', image: 'evil.example.com/x:1' }] } };
  const canaries: Readonly<Record<string, () => ReturnType<typeof attempt>>> = {
    'cellwright-tenant-namespaces': () =>
      attempt(overbound, patch(core, { metadata: { labels: { 'cellwright.dev/tenant': 'x' } } })),
    'cellwright-tenant-guards': () => attempt(documented, post(`${core}/services`, service)),
    'cellwright-tenant-images': () =>
      attempt(documented, {
        ...patch(pod, foreign),
        contentType: 'application/strategic-merge-patch+json',
      }),
    'cellwright-tenant-pods': () => attempt(documented, patch(pod, { metadata: { labels: { canary: 'x' } } })),
    'cellwright-tenant-debugging': () => attempt(documented, { method: 'POST', path: `${pod}/exec?command=sh` }),
    'cellwright-platform-fields': () =>
      attempt(documented, patch(ours('TenantGateway', 'acme'), { spec: { team: 'x' } })),
  };
  for (const policy of peoplePolicyNames) {
    let last = '';
    await eventually(
      async () => {
        const answer = await canaries[policy]?.();
        last = answer === undefined ? 'no canary in walled-fleet.ts' : wallOf(answer);
        return last === policy;
      },
      () => `${policy} does not hold: ${last}`,
    );
  }
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'canary' },
  spec: { ports: [{ port: 80 }] },
};
