/** One tenant: what it should have, and what lies in its namespace. */
import type { LiveObject } from '../../kube/live-object.ts';
import type { Profile, Tenant } from '../../fleet/inputs.ts';
import type { Planned } from '../../fleet/planner.ts';
import type { LivePlatform } from '../platform/live-platform.ts';
import type { ObjectRef } from '../finding.ts';
import type { WantedObject } from '../../engine/wanted.ts';
import type { NotCompared } from './comparison.ts';

/** What checks of a cell look at. */
export interface LiveCell {
  readonly tenant: Tenant;
  readonly profile: Profile | undefined;
  readonly platform: LivePlatform;
  /** The tenant's namespace; undefined when there is none, or when namespaces may not be listed. */
  readonly namespace: LiveObject | undefined;
  /** Objects of a kind in the namespace; none of those that may not be listed. */
  readonly of: (kind: string) => readonly LiveObject[];
  /** Whether objects of a kind may not be listed: nothing is said of them. */
  readonly isHidden: (kind: string) => boolean;
  readonly planned: Planned;
  /** Why what is there is not compared with the plan; undefined when it is. */
  readonly notCompared: NotCompared | undefined;
}

/** The tenant itself. */
export function tenantRef({ tenant }: Pick<LiveCell, 'tenant'>): ObjectRef {
  return { kind: 'TenantGateway', name: tenant.metadata.name };
}

/** What should be there and can be looked at: of the token's Secret, nothing may be read. */
export function wantedOf({ planned }: Pick<LiveCell, 'planned'>): readonly WantedObject[] {
  return 'plan' in planned ? planned.plan.wanted.filter(({ strategy }) => strategy !== 'create-once') : [];
}

/** Objects of a kind that are in the namespace and not among what is wanted. */
export function foreignOf(cell: LiveCell, kind: string): readonly LiveObject[] {
  const names = new Set(
    wantedOf(cell)
      .filter((item) => item.kind.kind === kind)
      .map(({ body }) => body.metadata.name),
  );
  return cell.of(kind).filter(({ metadata }) => !names.has(metadata.name));
}
