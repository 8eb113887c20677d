/**
 * Profiles and bundles that tenants use are held by a finalizer: without a profile its tenants stand still, and without a bundle
 * they may do more. A deletion waits until the last user is gone, or until somebody says that it is meant.
 */
import type { Bundle, Profile } from './inputs.ts';
import type { Verdict } from './verdicts.ts';

/** Finalizer of profiles and bundles that tenants use. */
export const inUseFinalizer = 'cellwright.dev/in-use';

/** Annotation with which a deletion does not wait for the users, when it is `true`. */
export const allowDeletion = 'cellwright.dev/allow-deletion';

/** Users that are named; of the others there is the number. */
const mostNamed = 10;

/** The finalizers that an object should have; others' stay as they are. */
export function wantedFinalizers({ metadata }: Profile | Bundle, users: ReadonlySet<string>): readonly string[] {
  const present = metadata.finalizers ?? [];
  const others = present.filter((finalizer) => finalizer !== inUseFinalizer);
  const shouldHold = users.size > 0 && metadata.annotations?.[allowDeletion] !== 'true';
  // None can be added to an object that is being deleted.
  const mayHold = metadata.deletionTimestamp === undefined || present.length > others.length;
  return shouldHold && mayHold ? [...others, inUseFinalizer] : others;
}

/** Whether tenants use an object that nothing holds yet: until its finalizer is written, a deletion takes it from under them. */
export function isUnheld(object: Profile | Bundle, users: ReadonlySet<string>): boolean {
  return !isHeld(object) && wantedFinalizers(object, users).includes(inUseFinalizer);
}

/** Whether our finalizer is on it. */
export function isHeld({ metadata }: Profile | Bundle): boolean {
  return metadata.finalizers?.includes(inUseFinalizer) ?? false;
}

/** What is said of a deletion that is held. */
export function heldVerdict({ kind, metadata }: Profile | Bundle, users: ReadonlySet<string>): Verdict {
  const named = [...users].sort().slice(0, mostNamed).join(', ');
  const more = users.size > mostNamed ? ` and ${users.size - mostNamed} more` : '';
  const instead =
    kind === 'PolicyBundle'
      ? 'without it they may do more, so take them out of its scope first'
      : 'without it they stand still, so give them another profile first';
  return {
    status: 'True',
    reason: 'InUse',
    message: `the deletion waits for ${users.size} tenants: ${named}${more}; ${instead}, or annotate ${metadata.name} with ${allowDeletion}=true`,
  };
}
