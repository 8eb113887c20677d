/** People with rights on our kinds. */
import type { ApiClient } from '../api-client.ts';
import type { TestControlPlane } from '../control-plane.ts';
import { eventually, ours } from '../running-fleet.ts';
import { person } from './accounts.ts';

/** Bound to `cellwright-fleet-admin`. */
export async function fleetAdmin(plane: TestControlPlane): Promise<ApiClient> {
  return arrived(await person(plane, 'fleet-admin', { clusterRoles: ['cellwright-fleet-admin'] }));
}

/** Who may read and change every tenant, and has these verbs on these objects besides. */
export async function holder(
  plane: TestControlPlane,
  name: string,
  {
    resource,
    verbs,
    names,
  }: { readonly resource: string; readonly verbs: readonly string[]; readonly names?: readonly string[] },
): Promise<ApiClient> {
  const apiGroups = ['cellwright.dev'];
  const tenants = { apiGroups, resources: ['tenantgateways'], verbs: ['create', 'get', 'patch'] };
  const extra = { apiGroups, resources: [resource], verbs, ...(names === undefined ? {} : { resourceNames: names }) };
  return arrived(await person(plane, name, { clusterRules: [tenants, extra] }));
}

/** Rights hold a moment after they were given. */
async function arrived(client: ApiClient): Promise<ApiClient> {
  await eventually(async () => (await client.send({ path: ours('TenantGateway', 'acme') })).status === 200);
  return client;
}
