/** The proof of what was applied, as a tenant's status keeps it. */
import { appliedRecordIn } from '../engine/records-text.ts';
import type { AppliedRecord } from '../engine/records-text.ts';
import type { Tenant } from './inputs.ts';
import type { PassDeps } from './situation.ts';

/**
 * The records as text; of an object that is fought over the record stays as it is kept already. Each repair of one that others
 * delete makes another object, and a write of status for each would go on for as long as the fight. A runner that starts from the old
 * record repeats one write.
 */
export function appliedText(
  { records, fights }: Pick<PassDeps, 'records' | 'fights'>,
  { metadata: { name }, status }: Tenant,
): string | undefined {
  const kept = fights.of(name).flatMap(({ key }): [string, AppliedRecord][] => {
    const record = appliedRecordIn(status?.applied, key);
    return record !== undefined && record.wanted === records.get(name, key)?.wanted ? [[key, record]] : [];
  });
  return records.textOf(name, new Map(kept));
}
