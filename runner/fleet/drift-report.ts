/** What is said of a Rendered tenant's objects that are not as the spec asks. */
import { formatPath } from '../../constructs/api/field-path.ts';
import type { Difference } from '../engine/differences.ts';
import type { Drift } from '../engine/observe.ts';

/** Objects that a message names. */
const shownObjects = 5;
/** Fields of one object that a message names. */
const shownFields = 3;

/** Objects that are not as wanted, told apart by what is to be expected. */
export interface DriftReport {
  /** Git has not applied this version of the spec yet, or applies something else. Empty: nothing of that kind. */
  readonly notApplied: string;
  /** Somebody changed, removed or added something. Empty: nobody did. */
  readonly drift: string;
  /** Whether the workload is as wanted and every object is there. */
  readonly isWhole: boolean;
}

/** What a report depends on beside the objects. */
export interface ReportFrame {
  /** Everything was as this version of the spec asks before: what is gone now was removed. */
  readonly wasApplied: boolean;
  /** Key of the object that runs the gateway. */
  readonly workload: string;
}

/** Sorts out what was found. */
export function reportDrift(found: readonly Drift[], { wasApplied, workload }: ReportFrame): DriftReport {
  const isPending = ({ by, byApplier }: Difference): boolean => byApplier || (by === undefined && !wasApplied);
  const part = (wants: (difference: Difference) => boolean, takesMissing: boolean, takesExtra: boolean): string =>
    listed(
      found.flatMap((drift) => {
        const differences = drift.differences.filter(wants);
        const isTaken =
          drift.state === 'missing' ? takesMissing : drift.state === 'extra' ? takesExtra : differences.length > 0;
        return isTaken ? [describe({ ...drift, differences }, wasApplied)] : [];
      }),
      { most: shownObjects, separator: ' | ', noun: 'objects' },
    );
  return {
    notApplied: part(isPending, !wasApplied, false),
    drift: part((difference) => !isPending(difference), wasApplied, true),
    isWhole: found.every(({ state, key }) => state === 'extra' || (state === 'differs' && key !== workload)),
  };
}

/** `NetworkPolicy/tenant-acme/cell: spec.egress[1] added by "kubectl-edit"` */
function describe({ kind, namespace, name, state, differences, writers }: Drift, wasApplied: boolean): string {
  const object = [kind.kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
  if (state === 'missing') return wasApplied ? `${object}: removed` : object;
  if (state === 'extra') return `${object}: not wanted${byWhom(writers)}`;
  const fields = differences.map(
    ({ place, change, by }) => `${formatPath(place)} ${wordFor(change, by)}${byWhom(by === undefined ? [] : [by])}`,
  );
  return `${object}: ${listed(fields, { most: shownFields, separator: ', ', noun: 'fields' })}`;
}

/** Of what is gone, often nothing tells whether it was ever there. */
function wordFor(change: Difference['change'], by: string | undefined): string {
  return change === 'missing' && by !== undefined ? 'removed' : change;
}

function byWhom(managers: readonly string[]): string {
  if (managers.length === 0) return '';
  return ` by ${managers
    .slice(0, 2)
    .map((manager) => JSON.stringify(manager))
    .join(' and ')}`;
}

interface Listing {
  readonly most: number;
  readonly separator: string;
  readonly noun: string;
}

function listed(items: readonly string[], { most, separator, noun }: Listing): string {
  const shown = items.slice(0, most).join(separator);
  return items.length > most ? `${shown}${separator}and ${items.length - most} more ${noun}` : shown;
}
