/** Every object of a cell is there, and nothing of it was changed, removed or added. */
import { tenantLabel } from '../../../constructs/cell/labels.ts';
import { differencesOf } from '../../engine/differences.ts';
import type { WantedObject } from '../../engine/wanted.ts';
import { leftToOthers } from '../../fleet/left-to-others.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { tellDifferences } from '../tell-differences.ts';
import { othersOf } from '../foreign/live-place.ts';
import { liveOf, wantedOf } from './live-cell.ts';
import type { LiveCell } from './live-cell.ts';

/** See above. */
export const asWanted: Check<LiveCell> = {
  reports: ['cell.missing', 'cell.changed', 'cell.extra'],
  run: (cell) =>
    cell.notCompared === undefined ? [...wantedOf(cell).flatMap((wanted) => judge(cell, wanted)), ...extras(cell)] : [],
};

function judge(cell: LiveCell, wanted: WantedObject): Found[] {
  const { kind } = wanted.kind;
  if (cell.isHidden(kind)) return [];
  const object = refOf({ kind, metadata: wanted.body.metadata });
  const live = liveOf(cell, wanted.kind, wanted.body.metadata.name);
  if (live === undefined)
    return [{ id: 'cell.missing', object, why: 'it is not there, or without the tenant’s label' }];
  const differences = differencesOf(wanted, live, { ownerLabel: tenantLabel, leftToOthers });
  return differences.length === 0 ? [] : [{ id: 'cell.changed', object, why: tellDifferences(differences) }];
}

/**
 * Objects with the tenant's label that nobody wants, of the kinds that no other check looks at. A ConfigMap that nobody mounts
 * does nothing: its name has the hash of its content.
 */
function extras(cell: LiveCell): Found[] {
  const owner = cell.tenant.metadata.name;
  const kinds = ['ResourceQuota', 'LimitRange', 'PodDisruptionBudget', 'PodMonitor'];
  return kinds.flatMap((kind) =>
    othersOf(cell, kind)
      .filter(({ metadata }) => metadata.labels?.[tenantLabel] === owner && metadata.deletionTimestamp === undefined)
      .map((live) => ({ id: 'cell.extra', object: refOf(live), why: 'no cell has such an object' }) as const),
  );
}
