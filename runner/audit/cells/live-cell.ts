/** One tenant: what it should have, and what lies in its namespace. */
import type { LiveObject } from '../../kube/live-object.ts';
import type { Profile, Tenant } from '../../fleet/inputs.ts';
import type { Planned } from '../../fleet/planner.ts';
import type { ObjectRef } from '../finding.ts';
import type { LivePlace } from '../foreign/live-place.ts';
import { placeOfKey } from '../../engine/kind.ts';
import type { ManagedKind } from '../../engine/kind.ts';
import type { AppliedRecord } from '../../engine/records-text.ts';
import { placeOf } from '../../engine/wanted.ts';
import type { WantedObject } from '../../engine/wanted.ts';
import { cellKinds } from '../../fleet/kinds.ts';
import type { NotCompared } from './comparison.ts';

/** What checks of a cell look at. Its own objects are known once it can be rendered. */
export interface LiveCell extends LivePlace {
  readonly tenant: Tenant;
  readonly profile: Profile | undefined;
  /** The tenant's namespace; undefined when there is none, or when namespaces may not be listed. */
  readonly namespace: LiveObject | undefined;
  readonly planned: Planned;
  /** What the runner applied last, by key; empty for one that Git applies. */
  readonly recorded: ReadonlyMap<string, AppliedRecord>;
  /** Why what is there is not compared with the plan; undefined when it is. */
  readonly notCompared: NotCompared | undefined;
}

/** The tenant itself. */
export function tenantRef({ tenant }: Pick<LiveCell, 'tenant'>): ObjectRef {
  return { kind: 'TenantGateway', name: tenant.metadata.name };
}

/** An object of the cell as it is. */
export function liveOf(cell: LiveCell, { kind, namespaced }: ManagedKind, name: string): LiveObject | undefined {
  return namespaced ? cell.of(kind).find(({ metadata }) => metadata.name === name) : cell.namespace;
}

/** What should be there and can be looked at: of the token's Secret, nothing may be read. */
export function wantedOf({ planned }: Pick<LiveCell, 'planned'>): readonly WantedObject[] {
  return 'plan' in planned ? planned.plan.wanted.filter(({ strategy }) => strategy !== 'create-once') : [];
}

/**
 * Names of a tenant's own objects of a kind, those that it is about to lose included; undefined when nobody knows: it cannot be
 * rendered, and the runner has recorded nothing.
 */
export function namesOf(planned: Planned, recorded: Iterable<string>): LivePlace['ours'] {
  const places = [
    ...wantedOf({ planned }).map(placeOf),
    ...[...recorded].flatMap((key) => placeOfKey(cellKinds, key) ?? []),
  ];
  if (!('plan' in planned) && places.length === 0) return () => undefined;
  const names = new Map<string, Set<string>>();
  for (const { kind, name } of places) {
    const known = names.get(kind.kind) ?? new Set();
    names.set(kind.kind, known.add(name.name));
  }
  return (kind) => names.get(kind) ?? new Set();
}
