/** A Rendered tenant's objects, and how GitOps engines apply them. */
import { withDefaults } from '../../../constructs/api/defaults.ts';
import { kindNamed } from '../../../constructs/api/kinds/registry.ts';
import type { GatewayProfileSpec, TenantGatewaySpec } from '../../../constructs/api/types.gen.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { synthesizeTenant } from '../../../constructs/synth/synthesize-tenant.ts';
import { cellKinds } from '../../../runner/fleet/kinds.ts';
import { objectPath } from '../../../runner/kube/resource.ts';
import type { TestControlPlane } from './control-plane.ts';
import { assets } from './running-fleet.ts';

/** What `cellwright synth` writes for a tenant of profile `default` without bundles. */
export function renderedObjects(name: string, spec: TenantGatewaySpec): readonly KubeObject[] {
  return synthesizeTenant({
    tenant: { name, spec: filled('TenantGateway', spec) as TenantGatewaySpec },
    profile: { name: 'default', spec: filled('GatewayProfile', {}) as GatewayProfileSpec },
    bundles: [],
    assets,
  }).objects;
}

/** A spec as the API server holds it. */
function filled(kind: string, spec: unknown): unknown {
  const definition = kindNamed(kind);
  if (definition === undefined) throw new Error(kind);
  return (withDefaults(definition, { metadata: { name: 'any' }, spec }) as { spec: unknown }).spec;
}

/** Path of one of a cell's objects. */
export function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const resource = cellKinds.find((known) => known.apiVersion === apiVersion && known.kind === kind);
  if (resource === undefined) throw new Error(kind);
  return objectPath(resource, metadata);
}

/** Server-side apply, as Argo CD and Flux do it under names of their own. */
export async function applyAs(
  { admin }: Pick<TestControlPlane, 'admin'>,
  manager: string,
  object: KubeObject,
): Promise<void> {
  const path = `${pathOf(object)}?fieldManager=${manager}&force=true`;
  await admin.ok({ method: 'PATCH', path, body: object, contentType: 'application/apply-patch+yaml' });
}

/** A POST of the whole object, as `kubectl create` and client-side apply do it: the writer then owns every default too. */
export async function createAs(
  { admin }: Pick<TestControlPlane, 'admin'>,
  manager: string,
  object: KubeObject,
): Promise<void> {
  const path = pathOf(object).replace(/\/[^/]+$/, `?fieldManager=${manager}`);
  await admin.ok({ method: 'POST', path, body: object });
}
