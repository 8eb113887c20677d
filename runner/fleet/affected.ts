/** Which keys a change puts into the queue. */
import { isLeaving } from '../engine/children.ts';
import type { LiveChild } from '../engine/children.ts';
import { isDeepStrictEqual } from 'node:util';
import type { CellFacts, WorkloadFacts } from './cell-facts.ts';
import type { Bundle, FleetInputs, InputKind, InputName, Profile, Tenant } from './inputs.ts';
import { specChanged } from './inputs.ts';

/** `TenantGateway/acme`: what the queue holds. */
export function queueKey(kind: InputKind, name: string): string {
  return `${kind}/${name}`;
}

/** The parts of a key. */
export function parseQueueKey(key: string): InputName {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, slash) as InputKind, name: key.slice(slash + 1) };
}

/** Tenants that a profile or bundle whose spec changed, came or went had before, or has now. */
export function tenantsOf<Shared extends Profile | Bundle>(
  inputs: Pick<FleetInputs, 'usersOf'>,
  before: Shared | undefined,
  after: Shared | undefined,
): string[] {
  if (!specChanged(before, after)) return [];
  const users = [before, after].flatMap((object) => (object === undefined ? [] : [...inputs.usersOf(object)]));
  return [...new Set(users)];
}

/** Whether a change of a tenant is one that somebody asks something by: anything but status and our own finalizer. */
export function askedFor(before: Tenant | undefined, after: Tenant | undefined): boolean {
  const asked = (tenant: Tenant | undefined): unknown => {
    const { uid, generation, deletionTimestamp, labels, annotations } = tenant?.metadata ?? {};
    return [uid, generation, deletionTimestamp, labels, annotations];
  };
  return !isDeepStrictEqual(asked(before), asked(after));
}

/** A child before and after a change, and the digest under which it was last as wanted. */
export interface ChildChange {
  readonly before: LiveChild<CellFacts> | undefined;
  readonly after: LiveChild<CellFacts> | undefined;
  readonly accepted: string | undefined;
}

/**
 * What a child's change is to its tenant.
 * - `nothing`: the status that a controller writes, others' labels, our own writes.
 * - `progress`: the workload is on its way, and has not arrived; soon enough is early enough.
 * - `news`: everything else.
 */
export type Meaning = 'nothing' | 'progress' | 'news';

export function meaningOf({ before, after, accepted }: ChildChange): Meaning {
  if (before === undefined || after === undefined) return before === after ? 'nothing' : 'news';
  const isDrift = before.digest !== after.digest && after.digest !== accepted;
  if (isDrift || !isDeepStrictEqual(toldOf(before), toldOf(after))) return 'news';
  if (isDeepStrictEqual(before.facts, after.facts)) return 'nothing';
  const { workload } = after.facts;
  return workload === undefined || hasArrived(workload) ? 'news' : 'progress';
}

/** Of metadata, what decides what is done or told: also what holds an object that is on its way out. */
function toldOf(child: LiveChild<CellFacts>): unknown {
  return [child.uid, isLeaving(child), child.marks, child.finalizers];
}

function hasArrived({ ready, wanted, isRolledOut }: WorkloadFacts): boolean {
  return isRolledOut && ready >= wanted;
}
