/** A cell has room for what comes next. */
import { amountOf } from '../../engine/quantity.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LiveCell } from './live-cell.ts';

/** Part of a quota above which it presses. */
const fullShare = 0.9;

/** Sized for exactly what the cell may have, so that one with all its replicas is always full. */
const exact = new Set(['persistentvolumeclaims', 'requests.storage']);

/** See above. */
export const quotaPressure: Check<LiveCell> = {
  reports: ['quota.pressure'],
  run: (cell) => cell.of('ResourceQuota').flatMap(judge),
};

function judge(live: LiveObject): Found[] {
  const { status = {} } = live as LiveObject & {
    readonly status?: {
      readonly hard?: Readonly<Record<string, string>>;
      readonly used?: Readonly<Record<string, string>>;
    };
  };
  const { hard = {}, used = {} } = status;
  const pressing = Object.entries(hard)
    .filter(([resource]) => !exact.has(resource))
    .filter(([resource, most]) => isPressed(amountOf(used[resource] ?? '0'), amountOf(most)))
    .map(([resource, most]) => `${resource} ${used[resource] ?? ''} of ${most}`);
  return pressing.length === 0 ? [] : [{ id: 'quota.pressure', object: refOf(live), why: pressing.join(', ') }];
}

/** A ceiling of 0 forbids; nothing presses there. */
function isPressed(used: number | undefined, most: number | undefined): boolean {
  return used !== undefined && most !== undefined && most > 0 && used / most > fullShare;
}
