/**
 * Whether a cell can be compared with what this command would render. While the runner still holds a tenant at an earlier revision, or
 * Git has not applied the new one, what is there differs from that, and nothing is wrong.
 */
import type { Tenant } from '../../fleet/inputs.ts';
import type { Planned } from '../../fleet/planner.ts';
import { installedText, isComparable } from '../platform/live-platform.ts';
import type { LivePlatform } from '../platform/live-platform.ts';

/** What decides. */
export interface ComparedCell {
  readonly tenant: Tenant;
  readonly planned: Planned;
  readonly platform: LivePlatform;
  /** Why no tenant can be rendered; undefined when they can. */
  readonly unplannable: string | undefined;
}

/** Why it cannot: the tenant goes, or is on its way to the plan, or there is nothing to compare with. */
export interface NotCompared {
  readonly reason: 'deleting' | 'behind' | 'unknown';
  readonly why: string;
}

/** Undefined when it can. */
export function comparison({ tenant, planned, platform, unplannable }: ComparedCell): NotCompared | undefined {
  const unknown = (why: string): NotCompared => ({ reason: 'unknown', why });
  if (tenant.metadata.deletionTimestamp !== undefined) return { reason: 'deleting', why: 'it is being deleted' };
  if (unplannable !== undefined) return unknown(unplannable);
  if (!isComparable(platform)) return unknown(`${installedText(platform)} renders tenants here`);
  if ('refusal' in planned) return unknown(planned.refusal.message);
  // Of a Rendered tenant, the runner keeps here what Git had applied as a whole.
  const applied = tenant.status?.revision?.applied;
  if (applied === planned.plan.revision) return undefined;
  const who = tenant.spec.delivery === 'Rendered' ? 'Git' : 'the runner';
  const why = `${who} has applied revision ${applied ?? '(none)'}, and ${planned.plan.revision} is asked for`;
  return { reason: 'behind', why };
}
