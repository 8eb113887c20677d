/** What a RoleBinding gives, by the role that it names. */
import type { LiveObject } from '../../kube/live-object.ts';
import type { LivePlace } from '../foreign/live-place.ts';
import { rulesOf } from './rules.ts';
import type { PolicyRule } from './rules.ts';
import type { Binding } from './subjects.ts';

/** Undefined when the role may not be read. One that is not there gives nothing. */
export function boundRules(
  place: Pick<LivePlace, 'platform' | 'of' | 'isHidden'>,
  binding: LiveObject,
): readonly PolicyRule[] | undefined {
  const { kind, name } = (binding as Binding).roleRef;
  if (kind === 'ClusterRole') return place.platform.rulesOf(name);
  if (place.isHidden('Role')) return undefined;
  const role = place.of('Role').find(({ metadata }) => metadata.name === name);
  return role === undefined ? [] : rulesOf(role);
}
