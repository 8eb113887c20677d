/** Fields of a TenantGateway that are for those who answer for the platform: they say whose a tenant is, what code runs, and where. */
import type { StructuralSchema } from '../api/schema/structural.ts';
import { tenantGateway } from '../api/kinds/tenant-gateway.ts';

/** One of them. */
export interface PlatformField {
  /** Below `spec`. */
  readonly path: string;
  readonly reason: string;
  /**
   * Object that the tenant may give up as a whole, and this field with it: it comes back only from those who may set it.
   * @default - none: what it said would be gone when the tenant makes the object again
   */
  readonly givenUpWith?: string;
}

/**
 * The one list: the admission policy and the documentation come from it. Everything else is the tenant's, inside the
 * ceilings of its profile: config, env, workspace, credentials, egress, sizes, replicas, state, its own policy.
 */
export const platformFields: readonly PlatformField[] = [
  { path: 'organization', reason: 'policy bundles and retained data follow it' },
  { path: 'team', reason: 'policy bundles follow it' },
  { path: 'profile', reason: 'ceilings, images and network follow it' },
  { path: 'delivery', reason: 'it takes the tenant out of the runner’s hands' },
  { path: 'deletionPolicy', reason: 'it decides about data that outlives the tenant' },
  { path: 'openclaw.image', reason: 'code that runs' },
  {
    path: 'openclaw.version',
    reason: 'code that runs; an older one has holes that are known, a newer one may migrate the data',
  },
  { path: 'openclaw.plugins', reason: 'code that runs inside the gateway' },
  { path: 'openclaw.skills', reason: 'code and instructions that agents follow' },
  { path: 'openclaw.mcpServers', reason: 'tools of others, and where what agents know may go' },
  {
    path: 'access.ingress.host',
    reason: 'names are shared by all tenants; the profile’s template needs no right',
    givenUpWith: 'access.ingress',
  },
  {
    path: 'access.ingress.className',
    reason: 'it chooses a controller that all share, and with it the way from outside',
  },
  { path: 'access.ingress.annotations', reason: 'controllers take configuration from them' },
  { path: 'access.httpRoute.host', reason: 'names are shared by all tenants', givenUpWith: 'access.httpRoute' },
  {
    path: 'access.httpRoute.gateway',
    reason: 'it chooses a Gateway that all share',
    givenUpWith: 'access.httpRoute',
  },
  { path: 'scheduling', reason: 'nodes, runtime and priority are shared by all tenants' },
  { path: 'storage.className', reason: 'it chooses shared storage, and what encrypts it' },
];

/** Annotations of a TenantGateway that are for the same people. */
export const platformAnnotations: readonly { readonly key: string; readonly reason: string }[] = [
  { key: 'cellwright.dev/paused', reason: 'a paused tenant gets no stricter policy, and its walls are not put back' },
  { key: 'cellwright.dev/confirm-deletion', reason: 'it lets a deletion go that is held' },
];

/**
 * What the schema gives a field that nobody sets; undefined where it gives nothing.
 * @throws RangeError for a path that the schema does not have, and for a default that is no text
 */
export function defaultOf({ path }: PlatformField): string | undefined {
  let schema: StructuralSchema | undefined = tenantGateway.spec;
  for (const step of path.split('.')) schema = schema?.properties?.[step];
  if (schema === undefined || (schema.default !== undefined && typeof schema.default !== 'string')) {
    throw new RangeError(
      `spec.${path} is no field of TenantGateway whose default is a text: correct constructs/rules/platform-fields.ts`,
    );
  }
  return schema.default;
}
