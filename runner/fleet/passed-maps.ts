/**
 * ConfigMaps of revisions that a rollout has passed over. While it is not through, the StatefulSet re-creates a lost pod at its old
 * revision, so what is not wanted any more stays. A gateway that never gets ready would so keep every configuration that it ever
 * had, until its quota lets no other one in: not even the one that would mend it, or stop it.
 */
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { LiveChild } from '../engine/children.ts';
import { isOlderVersion } from '../kube/live-object.ts';

/**
 * Of each end so many stay that no pod and no template names: a multiple of what a revision has (three or four). Among the oldest is the
 * revision that was through last, of a pod that is away at the moment; among the newest those of pods that are being made.
 */
const keptOfEachEnd = 12;

/** The least that a child must tell. */
export type OldChild = Pick<LiveChild<unknown>, 'kind' | 'key' | 'name' | 'resourceVersion'>;

/** What may go of a tenant's children before the rollout is through; none while they are few. */
export function passedMaps<Child extends OldChild>(
  children: Iterable<Child>,
  {
    isWanted,
    mounted,
  }: {
    readonly isWanted: (key: string) => boolean;
    /** Names that pods and the template of the live workload have. */
    readonly mounted: readonly string[];
  },
): Child[] {
  const old = [...children].filter(
    ({ kind, key, name }) => kind.kind === 'ConfigMap' && !isWanted(key) && !mounted.includes(name),
  );
  return old.sort(byAge).slice(keptOfEachEnd, -keptOfEachEnd);
}

/** They are immutable, so that seldom anything writes them after their creation. */
function byAge(left: OldChild, right: OldChild): number {
  if (isOlderVersion(left.resourceVersion, right.resourceVersion)) return -1;
  if (isOlderVersion(right.resourceVersion, left.resourceVersion)) return 1;
  return byCodeUnit(left.key, right.key);
}
