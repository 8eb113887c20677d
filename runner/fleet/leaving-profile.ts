/**
 * A profile that is being deleted gets no new tenants: it waits for those that it has, or is gone in a moment and leaves whoever
 * comes without one. Tenants that stood under it before go on.
 */
import type { FleetInputs, Profile, Tenant } from './inputs.ts';
import type { Refusal } from './planner.ts';

const reason = 'ProfileLeaving';

/** Why a tenant may not take to its profile any more; undefined when it may, or did before. */
export function leavingRefusal(
  inputs: Pick<FleetInputs, 'cameLate'>,
  tenant: Tenant,
  { metadata }: Profile,
): Refusal | undefined {
  if (metadata.deletionTimestamp === undefined || !isNew(inputs, tenant, metadata.deletionTimestamp)) return undefined;
  const message = `spec.profile: GatewayProfile ${metadata.name} is being deleted; choose another profile, or make it anew when it is gone`;
  return { reason, message };
}

/** It was made later than the profile was deleted, or took to it later; what was refused once stays refused after a restart. */
function isNew(inputs: Pick<FleetInputs, 'cameLate'>, { metadata, status }: Tenant, deleted: string): boolean {
  // Both are the API server's, to the second.
  if ((metadata.creationTimestamp ?? '') >= deleted || inputs.cameLate(metadata.name)) return true;
  return status?.conditions?.some(({ type, reason: why }) => type === 'Stalled' && why === reason) ?? false;
}
