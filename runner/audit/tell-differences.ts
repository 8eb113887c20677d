/** Differences of an object as one sentence. */
import { formatPath } from '../../constructs/api/field-path.ts';
import type { Difference } from '../engine/differences.ts';

/** Fields that a sentence names. */
const shownFields = 4;

/** `spec.egress[1] added by "kubectl-edit", spec.podSelector changed`. */
export function tellDifferences(differences: readonly Difference[]): string {
  const shown = differences.slice(0, shownFields).map(({ place, change, by }) => {
    const who = by === undefined ? '' : ` by ${JSON.stringify(by)}`;
    return `${formatPath(place)} ${change === 'missing' && by !== undefined ? 'removed' : change}${who}`;
  });
  const more = differences.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more fields` : '');
}
