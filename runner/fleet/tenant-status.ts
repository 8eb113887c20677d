/** Writes a tenant's status, only when it says something new. */
import { isDeepStrictEqual } from 'node:util';
import type { TenantGatewayStatus } from '../../constructs/api/types.gen.ts';
import { isConflict, isNotFound } from '../kube/api-error.ts';
import type { Clock } from '../kube/clock.ts';
import type { Verdicts } from './assess.ts';
import type { Tenant } from './inputs.ts';
import { tenantGateways } from './kinds.ts';
import type { Pass, PassDeps } from './situation.ts';
import { toConditions } from './verdicts.ts';

/** What a pass found out. Fields that are not named stay as they are; `undefined` removes one. */
export interface StatusDraft {
  readonly verdicts: Verdicts;
  readonly fields: { readonly [F in keyof TenantGatewayStatus]?: TenantGatewayStatus[F] | undefined };
  /** The pass judged this generation to the end: then, and only then, status speaks of it. */
  readonly isFullPass: boolean;
}

/** `stale`: the tenant changed meanwhile; the watch brings the next pass. */
export type StatusWrite = 'written' | 'unchanged' | 'stale';

/** @throws what the API server answers, except for a tenant that changed or went */
export async function writeTenantStatus(
  { client, inputs, clock }: PassDeps,
  { tenant, signal }: Pass,
  draft: StatusDraft,
): Promise<StatusWrite> {
  const changes = changedFields(tenant, nextStatus(tenant, draft, clock));
  if (Object.keys(changes).length === 0) return 'unchanged';
  const target = { resource: tenantGateways, name: { name: tenant.metadata.name }, subresource: 'status' } as const;
  const { uid, resourceVersion } = tenant.metadata;
  try {
    inputs.answered(await client.mergePatch(target, { metadata: { uid, resourceVersion }, status: changes }, signal));
    return 'written';
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return 'stale';
    throw error;
  }
}

function nextStatus(tenant: Tenant, { verdicts, fields, isFullPass }: StatusDraft, clock: Clock): TenantGatewayStatus {
  const before = tenant.status ?? {};
  const generation = tenant.metadata.generation ?? 0;
  const judged = isFullPass ? generation : (before.observedGeneration ?? -1);
  return {
    ...before,
    ...(fields as TenantGatewayStatus),
    observedGeneration: judged,
    conditions: toConditions({
      verdicts,
      before: before.conditions ?? [],
      generation,
      now: rfc3339(clock.now()),
    }),
  };
}

/** A merge patch: what differs, null for what goes. */
function changedFields(tenant: Tenant, next: TenantGatewayStatus): Record<string, unknown> {
  const before = (tenant.status ?? {}) as Record<string, unknown>;
  const after = next as Record<string, unknown>;
  const changed = Object.keys({ ...before, ...after }).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  return Object.fromEntries(changed.map((field) => [field, after[field] ?? null]));
}

/** Times in conditions have whole seconds (metav1.Time). */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
