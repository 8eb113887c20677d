/**
 * ConfigMaps of revisions that a rollout has passed over. While it is not through, the StatefulSet re-creates a lost pod at its old
 * revision, so what is not wanted any more stays. A gateway that never gets ready would so keep every configuration that it ever
 * had, until its quota lets no other one in: not even the one that would mend it, or stop it.
 */
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { LiveChild } from '../engine/children.ts';
import { isOlderVersion } from '../kube/live-object.ts';

/**
 * Of each end so many stay, a multiple of what a revision has (three or four). The oldest are those of the revision that was through last, and of
 * pods that a stuck rollout never reached; the newest those of pods that are being made just now.
 */
const keptOfEachEnd = 12;

/** What may go of a tenant's children before the rollout is through; none while they are few. */
export function passedMaps<Child extends Pick<LiveChild<unknown>, 'kind' | 'key' | 'resourceVersion'>>(
  children: Iterable<Child>,
  isWanted: (key: string) => boolean,
): Child[] {
  const old = [...children].filter(({ kind, key }) => kind.kind === 'ConfigMap' && !isWanted(key));
  return old.sort(byAge).slice(keptOfEachEnd, -keptOfEachEnd);
}

/** They are immutable: their version is that of their creation. */
function byAge(
  left: { readonly key: string; readonly resourceVersion: string },
  right: { readonly key: string; readonly resourceVersion: string },
): number {
  if (isOlderVersion(left.resourceVersion, right.resourceVersion)) return -1;
  if (isOlderVersion(right.resourceVersion, left.resourceVersion)) return 1;
  return byCodeUnit(left.key, right.key);
}
