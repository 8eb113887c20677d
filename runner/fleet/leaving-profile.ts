/**
 * A profile that is being deleted gets no new tenants: it waits for those that it has, or is gone in a moment and leaves whoever
 * comes without one. Tenants that stood under it before go on.
 */
import type { Problem } from '../../constructs/api/problem.ts';
import type { FleetInputs, Profile, Tenant } from './inputs.ts';
import type { Refusal } from './planner.ts';
import { problemText } from './problem-text.ts';

const reason = 'ProfileLeaving';

/** What is wrong with a tenant that takes to such a profile; undefined when the profile stays. */
export function leavingProblem({ metadata: { name, deletionTimestamp } }: Profile): Problem | undefined {
  if (deletionTimestamp === undefined) return undefined;
  return {
    code: 'fleet.profile-leaving',
    path: 'spec.profile',
    message: `GatewayProfile ${name} is being deleted`,
    fix: 'choose another profile, or wait until it is gone and make it anew',
  };
}

/** Why a tenant may not take to its profile any more; undefined when it may, or did before. */
export function leavingRefusal(
  inputs: Pick<FleetInputs, 'cameLate'>,
  tenant: Tenant,
  profile: Profile,
): Refusal | undefined {
  const problem = leavingProblem(profile);
  if (problem === undefined || !isNew(inputs, tenant, profile.metadata.deletionTimestamp ?? '')) return undefined;
  return { reason, message: problemText([problem]) };
}

/** It was made later than the profile was deleted, or took to it later; what was refused once stays refused after a restart. */
function isNew(inputs: Pick<FleetInputs, 'cameLate'>, { metadata, status }: Tenant, deleted: string): boolean {
  const made = metadata.creationTimestamp ?? '';
  // Both are the API server's, to the second: within one, what was applied was there before.
  const isYounger = made > deleted || (made === deleted && status?.applied === undefined);
  if (isYounger || inputs.cameLate(metadata.name)) return true;
  return status?.conditions?.some(({ type, reason: why }) => type === 'Stalled' && why === reason) ?? false;
}
