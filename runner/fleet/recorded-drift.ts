/**
 * What of a cell is not as the runner recorded it when it applied it last: the measure where a cell cannot be compared with what is
 * asked for now.
 */
import { podSecurityLabels, podSecurityVersions } from '../../constructs/cell/namespace.ts';
import { isLeaving } from '../engine/children.ts';
import type { LiveChild } from '../engine/children.ts';
import { carries, marksOf } from '../engine/projection.ts';
import type { AppliedRecord } from '../engine/records-text.ts';
import { firstFew } from './first-few.ts';
import type { PassDeps } from './situation.ts';

/** Objects that a message names. */
const shownObjects = 5;

/** What is looked at of a live object. */
export type RecordedChild = Pick<LiveChild<unknown>, 'kind' | 'deletingSince' | 'digest' | 'marks' | 'writer'>;

/** What of an owner's objects is not as the records have it, and what is there without a record. */
export function driftText(
  { children, records }: Pick<PassDeps, 'children' | 'records'>,
  owner: string,
  held: ReadonlySet<string>,
): string {
  const live = children.of(owner);
  const recorded = new Map(records.of(owner));
  // Never applied, or by nobody that we know of: then nothing says what should be there.
  if (recorded.size === 0) return '';
  const differing = [...recorded].flatMap(([key, record]) => {
    const problem = held.has(key) ? undefined : problemOf(record, live.get(key));
    return problem === undefined ? [] : [`${key} ${problem}`];
  });
  const extra = [...live.values()]
    .filter((child) => !recorded.has(child.key) && !isLeaving(child) && !isLeftOver(child))
    .map(({ key, writer }) => `${key} was added by ${JSON.stringify(writer)}`);
  return firstFew([...differing, ...extra].sort(), shownObjects, 'objects').join(' | ');
}

/** What is wrong with one object, as the end of a sentence; undefined when nothing is, or nobody can know. */
export function problemOf({ accepted }: AppliedRecord, live: RecordedChild | undefined): string | undefined {
  // Never read.
  if (accepted === '') return undefined;
  if (live === undefined) return 'is gone, or lost its label';
  if (isLeaving(live)) return 'is being deleted';
  if (live.digest !== accepted) return `was changed, last by ${JSON.stringify(live.writer)}`;
  return live.kind.kind === 'Namespace' && !isSecured(live)
    ? 'has other Pod Security labels than any that we set'
    : undefined;
}

/** Records say nothing of labels, and these are the same for every cell: a version that we render, and the one level. */
function isSecured({ marks }: RecordedChild): boolean {
  return podSecurityVersions.some((version) => {
    const labels = Object.entries(podSecurityLabels).map(([key, value]) => [
      key,
      key.endsWith('-version') ? version : value,
    ]);
    return carries(marks, marksOf({ labels: Object.fromEntries(labels) as Record<string, string> }));
  });
}

/** Old ConfigMaps have the hash of their content in their names: one that nobody mounts does nothing. */
function isLeftOver({ kind }: LiveChild<unknown>): boolean {
  return kind.kind === 'ConfigMap';
}
