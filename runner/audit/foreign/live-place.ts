/** A namespace in which only what is ours should have a say: a tenant's, one that a tenant left behind, or the runner's. */
import type { LiveObject } from '../../kube/live-object.ts';
import type { LivePlatform } from '../platform/live-platform.ts';

/** What checks of what others have put there look at. */
export interface LivePlace {
  /** `departed`: of a tenant that is gone, so that everything in it is somebody's. */
  readonly sort: 'tenant' | 'departed' | 'runner';
  readonly platform: LivePlatform;
  /** Objects of a kind in the namespace; none of those that may not be listed. */
  readonly of: (kind: string) => readonly LiveObject[];
  /** Whether objects of a kind may not be listed: nothing is said of them. */
  readonly isHidden: (kind: string) => boolean;
  /** Names of ours of a kind; undefined when nobody knows what is ours. */
  readonly ours: (kind: string) => ReadonlySet<string> | undefined;
}

/** Objects of a kind that are not ours; none where nobody knows. */
export function othersOf(place: LivePlace, kind: string): readonly LiveObject[] {
  const ours = place.ours(kind);
  return ours === undefined ? [] : place.of(kind).filter(({ metadata }) => !ours.has(metadata.name));
}
