/** What must be on a tenant before the runner makes anything for it: our finalizer, and the name of its token. */
import { assessNewToken } from './assess.ts';
import type { Tenant } from './inputs.ts';
import { tenantGateways } from './kinds.ts';
import { runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { rfc3339 } from './tenant-status.ts';
import { tokenNameOf } from './token-name.ts';
import type { TokenName } from './token-name.ts';
import { needsToken } from './token-secret.ts';
import { toConditions } from './verdicts.ts';
import type { Condition } from './verdicts.ts';

/** Finalizer of tenants whose objects the runner made. */
export const finalizer = 'cellwright.dev/cell';

/**
 * Writes what {@link tokenNameIn} said, and gives the tenant as it is then. Each write names the version that was read: a picture that is stale leads to a conflict
 * and a new pass, not to a second name for a token.
 */
export async function claimTenant(deps: PassDeps, pass: Pass, token: TokenName): Promise<Tenant> {
  const finalized = await setFinalizer(deps, pass, true);
  if (token.type !== 'name') return finalized;
  const { name, uid, resourceVersion } = finalized.metadata;
  const conditions = token.cause === 'first' ? {} : { conditions: renamedConditions(deps, finalized, token.cause) };
  const target = { resource: tenantGateways, name: { name }, subresource: 'status' } as const;
  const patch = { metadata: { uid, resourceVersion }, status: { ...token.status, ...conditions } };
  const claimed = deps.inputs.answered(await deps.client.mergePatch(target, patch, pass.signal));
  if (token.cause === 'loss') {
    const note = `Secret ${finalized.status?.tokenSecretName ?? ''} with the token is gone; another is made, and the pods roll once`;
    deps.events.tell(pass, { type: 'Warning', reason: 'TokenLost', note });
  }
  return claimed;
}

/** How long to wait before a token Secret that was lost once more is replaced, in milliseconds; undefined when there is none. */
export function lostTokenWaitMs(deps: PassDeps, tenant: Tenant): number | undefined {
  const token = tokenNameIn(deps, tenant);
  return token.type === 'wait' ? token.ms : undefined;
}

/** What is to be done about the name of the tenant's token, as things are now. */
export function tokenNameIn(deps: PassDeps, tenant: Tenant): TokenName {
  if (!needsToken(tenant)) return { type: 'keep' };
  const { name } = tenant.metadata;
  const secret = tenant.status?.tokenSecretName;
  const { workload } = runningOf(deps, name);
  const isReady = workload === undefined || workload.ready >= workload.wanted;
  const isLost = !isReady && secret !== undefined && deps.pods.misses(name, secret);
  return tokenNameOf(tenant, { isLost, now: deps.clock.now() });
}

/** In the same write as the name: from then on until the pods have the new token nobody may take the tenant for Ready. */
function renamedConditions(deps: PassDeps, tenant: Tenant, cause: 'rotation' | 'loss'): Condition[] {
  const { name, generation = 0 } = tenant.metadata;
  return toConditions({
    verdicts: assessNewToken(cause, runningOf(deps, name)),
    before: tenant.status?.conditions ?? [],
    generation,
    now: rfc3339(deps.clock.now()),
  });
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
