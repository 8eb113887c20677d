/**
 * A cell that is not as asked for, because the runner is on its way to that or because it is refused, still has the walls that it was
 * given last: each object of a Managed tenant is as the runner recorded it, or already as it is asked for.
 */
import { tenantLabel } from '../../../constructs/cell/labels.ts';
import { placeOfKey } from '../../engine/kind.ts';
import type { ManagedKind } from '../../engine/kind.ts';
import { differencesOf } from '../../engine/differences.ts';
import { lastWriter } from '../../engine/managed-fields.ts';
import { contentDigest, marksOf } from '../../engine/projection.ts';
import { recordsIn } from '../../engine/records-text.ts';
import type { AppliedRecord } from '../../engine/records-text.ts';
import type { Tenant } from '../../fleet/inputs.ts';
import { cellKinds } from '../../fleet/kinds.ts';
import { leftToOthers } from '../../fleet/left-to-others.ts';
import { problemOf } from '../../fleet/recorded-drift.ts';
import type { RecordedChild } from '../../fleet/recorded-drift.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { isComparable } from '../platform/live-platform.ts';
import { liveOf, wantedOf } from './live-cell.ts';
import type { LiveCell } from './live-cell.ts';

/** What the runner applied last of a tenant; nothing of one that Git applies. */
export function recordedOf({ spec, status }: Tenant): ReadonlyMap<string, AppliedRecord> {
  return spec.delivery === 'Rendered' ? new Map() : recordsIn('applied', status?.applied ?? '');
}

/** See above. */
export const asRecorded: Check<LiveCell> = {
  reports: ['cell.missing', 'cell.changed'],
  run: (cell) => (isMeasure(cell) ? [...cell.recorded].flatMap((entry) => judge(cell, entry)) : []),
};

/** Another version may look at other fields, and a tenant that goes loses what it has. */
function isMeasure({ notCompared, platform }: LiveCell): boolean {
  return notCompared !== undefined && notCompared.reason !== 'deleting' && isComparable(platform);
}

function judge(cell: LiveCell, [key, record]: readonly [string, AppliedRecord]): Found[] {
  const place = placeOfKey(cellKinds, key);
  if (place === undefined || cell.isHidden(place.kind.kind)) return [];
  const { kind, name } = place;
  const live = liveOf(cell, kind, name.name);
  const problem = problemOf(record, live && childOf(kind, live));
  if (problem === undefined || isAsked(cell, key, live)) return [];
  const id = live === undefined ? 'cell.missing' : 'cell.changed';
  return [{ id, object: refOf({ kind: kind.kind, metadata: name }), why: `not as it was applied last: it ${problem}` }];
}

function childOf(kind: ManagedKind, live: LiveObject): RecordedChild {
  return {
    kind,
    deletingSince: live.metadata.deletionTimestamp,
    digest: contentDigest(live, leftToOthers),
    marks: marksOf(live.metadata).join(''),
    writer: lastWriter(live),
  };
}

/** The runner tells of what it has done at the end of a pass. */
function isAsked(cell: LiveCell, key: string, live: LiveObject | undefined): boolean {
  const wanted = wantedOf(cell).find((one) => one.key === key);
  const isWanted = wanted !== undefined && live !== undefined;
  return isWanted && differencesOf(wanted, live, { ownerLabel: tenantLabel, leftToOthers }).length === 0;
}
