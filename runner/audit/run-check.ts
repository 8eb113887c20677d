/** Checks, held to what they declare. */
import type { Check, Found } from './finding.ts';

/** A check may report only what it says it does: the reference is made from that. */
export function runCheck<Subject>({ run, reports }: Check<Subject>, subject: Subject): readonly Found[] {
  const found = run(subject);
  const undeclared = found.find(({ id }) => !reports.includes(id));
  if (undeclared !== undefined) throw new RangeError(`a check reported ${undeclared.id} without declaring it`);
  return found;
}
