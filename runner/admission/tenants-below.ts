/** What a change of a profile or bundle means for the tenants below it, within a deadline. */
import type { Problem } from '../../constructs/api/problem.ts';
import type { Tenant } from '../fleet/inputs.ts';
import { inTurn } from './turns.ts';

/** Tenants that a verdict names; one is enough to refuse, a few help to mend. */
export const mostNamed = 5;

/** A tenant, and what would be wrong with it. */
export interface Affected {
  readonly name: string;
  readonly problem: Problem;
  /** Another tenant that the problem rests on. */
  readonly other?: string;
}

/** What was found, and how far it was looked. */
export interface Looked {
  readonly affected: readonly Affected[];
  /** What to say of tenants that nobody looked at; empty when all were. */
  readonly warnings: readonly string[];
}

/** How a tenant is judged. */
export interface Comparison {
  readonly before: (tenant: Tenant) => readonly Problem[];
  readonly after: (tenant: Tenant) => readonly Problem[];
}

/**
 * Tenants that were fine and would not be. Stops at a few, or at the deadline; others' requests get their turn between two
 * tenants, and who asked pays for each.
 */
export async function tenantsMadeWorse(
  tenants: readonly Tenant[],
  { before, after }: Comparison,
  signal: AbortSignal,
): Promise<Looked> {
  const affected: Affected[] = [];
  for (const [index, tenant] of tenants.entries()) {
    if (affected.length === mostNamed) break;
    const look = await inTurn(() => (signal.aborted ? undefined : { problem: worse(tenant, { before, after }) }));
    if (look === undefined)
      return { affected, warnings: [`only ${index} of ${tenants.length} tenants were looked at in time`] };
    if (look.problem !== undefined) affected.push({ name: tenant.metadata.name, problem: look.problem });
  }
  return { affected, warnings: [] };
}

function worse(tenant: Tenant, { before, after }: Comparison): Problem | undefined {
  const [problem] = after(tenant);
  // One that was invalid before is no reason to refuse.
  return problem !== undefined && before(tenant).length === 0 ? problem : undefined;
}
