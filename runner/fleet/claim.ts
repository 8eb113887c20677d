/** What must be on a tenant before the runner makes anything for it: our finalizer, and the name of its token. */
import type { Tenant } from './inputs.ts';
import { tenantGateways } from './kinds.ts';
import type { Pass, PassDeps } from './situation.ts';
import { needsToken, newTokenSecretName } from './token-secret.ts';

/** Finalizer of tenants whose objects the runner made. */
export const finalizer = 'cellwright.dev/cell';

/**
 * Gives the tenant as it is then. Each write names the version that was read: a picture that is stale leads to a conflict
 * and a new pass, not to a second name for a token.
 */
export async function claimTenant(deps: PassDeps, pass: Pass): Promise<Tenant> {
  const finalized = await setFinalizer(deps, pass, true);
  if (!needsToken(finalized) || finalized.status?.tokenSecretName !== undefined) return finalized;
  const { name, uid, resourceVersion } = finalized.metadata;
  const target = { resource: tenantGateways, name: { name }, subresource: 'status' } as const;
  const patch = { metadata: { uid, resourceVersion }, status: { tokenSecretName: newTokenSecretName() } };
  return deps.inputs.answered(await deps.client.mergePatch(target, patch, pass.signal));
}

/** Whether the tenant waits for us before it goes. */
export function hasFinalizer({ metadata }: Tenant): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

/** Puts our finalizer on the tenant or takes it off; nothing is sent when it is as wanted. Others' stay. */
export async function setFinalizer(deps: PassDeps, { tenant, signal }: Pass, wanted: boolean): Promise<Tenant> {
  if (hasFinalizer(tenant) === wanted) return tenant;
  const { name, uid, resourceVersion } = tenant.metadata;
  const others = (tenant.metadata.finalizers ?? []).filter((known) => known !== finalizer);
  const finalizers = wanted ? [...others, finalizer] : others;
  const patch = { metadata: { uid, resourceVersion, finalizers } };
  return deps.inputs.answered(
    await deps.client.mergePatch({ resource: tenantGateways, name: { name } }, patch, signal),
  );
}
