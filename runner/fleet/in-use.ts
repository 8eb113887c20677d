/**
 * Profiles and bundles that tenants use are held by a finalizer: without a profile its tenants stand still, and without a bundle
 * they may do more. A deletion waits until the last user is gone, or until somebody says that it is meant.
 */
import { appliesTo } from '../../constructs/policy/levels.ts';
import type { Bundle, FleetInputs, Profile, Tenant } from './inputs.ts';
import type { Verdict } from './verdicts.ts';

/** Finalizer of profiles and bundles that tenants use. */
export const inUseFinalizer = 'cellwright.dev/in-use';

/** Annotation with which a deletion does not wait for the users, when it is `true`. */
export const allowDeletion = 'cellwright.dev/allow-deletion';

/** Users that are named; of the others there is the number. */
const mostNamed = 10;

/** Names of the tenants that stand under a profile or bundle, sorted. */
export function usersOf(inputs: Pick<FleetInputs, 'tenants'>, object: Profile | Bundle): string[] {
  return inputs
    .tenants()
    .filter((tenant) => uses(tenant, object))
    .map(({ metadata }) => metadata.name)
    .sort();
}

function uses({ spec }: Tenant, object: Profile | Bundle): boolean {
  return object.kind === 'PolicyBundle'
    ? appliesTo((object as Bundle).spec, spec)
    : (spec.profile ?? 'default') === object.metadata.name;
}

/** The finalizers that an object should have; others' stay as they are. */
export function wantedFinalizers({ metadata }: Profile | Bundle, users: readonly string[]): readonly string[] {
  const present = metadata.finalizers ?? [];
  const others = present.filter((finalizer) => finalizer !== inUseFinalizer);
  const isHeld = users.length > 0 && metadata.annotations?.[allowDeletion] !== 'true';
  // None can be added to an object that is being deleted.
  const mayHold = metadata.deletionTimestamp === undefined || present.length > others.length;
  return isHeld && mayHold ? [...others, inUseFinalizer] : others;
}

/** What is said of a deletion that is held. */
export function heldVerdict({ kind, metadata }: Profile | Bundle, users: readonly string[]): Verdict {
  const named = users.slice(0, mostNamed).join(', ');
  const more = users.length > mostNamed ? ` and ${users.length - mostNamed} more` : '';
  const instead =
    kind === 'PolicyBundle'
      ? 'without it they may do more, so take them out of its scope first'
      : 'without it they stand still, so give them another profile first';
  return {
    status: 'True',
    reason: 'InUse',
    message: `the deletion waits for ${users.length} tenants: ${named}${more}; ${instead}, or annotate ${metadata.name} with ${allowDeletion}=true`,
  };
}
