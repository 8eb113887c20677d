/** Which keys a change puts into the queue. */
import { appliesTo } from '../../constructs/policy/levels.ts';
import type { LiveChild } from '../engine/children.ts';
import { isDeepStrictEqual } from 'node:util';
import type { CellFacts } from './cell-facts.ts';
import type { Bundle, FleetInputs, Profile, Tenant } from './inputs.ts';
import { specChanged } from './inputs.ts';

/** `TenantGateway/acme`: what the queue holds. */
export type QueueKind = 'TenantGateway' | 'GatewayProfile' | 'PolicyBundle';

export function queueKey(kind: QueueKind, name: string): string {
  return `${kind}/${name}`;
}

/** The parts of a key. */
export function parseQueueKey(key: string): { readonly kind: QueueKind; readonly name: string } {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, slash) as QueueKind, name: key.slice(slash + 1) };
}

/** Tenants of a profile whose spec changed, came or went. */
export function tenantsOfProfile(
  inputs: FleetInputs,
  before: Profile | undefined,
  after: Profile | undefined,
): string[] {
  const name = (after ?? before)?.metadata.name;
  if (!specChanged(before, after)) return [];
  return inputs
    .tenants()
    .filter(({ spec }) => (spec.profile ?? 'default') === name)
    .map(({ metadata }) => metadata.name);
}

/** Tenants that a bundle applied to before its change, or applies to now. */
export function tenantsOfBundle(inputs: FleetInputs, before: Bundle | undefined, after: Bundle | undefined): string[] {
  if (!specChanged(before, after)) return [];
  const specs = [before, after].flatMap((bundle) => (bundle === undefined ? [] : bundle.spec));
  return inputs
    .tenants()
    .filter(({ spec }) => specs.some((bundle) => appliesTo(bundle, spec)))
    .map(({ metadata }) => metadata.name);
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

/** Whether a child's change can matter to its tenant; the status that a controller writes, and our own writes, do not. */
export function matters({ before, after, accepted }: ChildChange): boolean {
  if (before === undefined || after === undefined) return before !== after;
  const isDrift = before.digest !== after.digest && after.digest !== accepted;
  return (
    isDrift ||
    before.marks !== after.marks ||
    before.uid !== after.uid ||
    before.deleting !== after.deleting ||
    !isDeepStrictEqual(before.facts, after.facts)
  );
}
