/** Rules about what a write brings. */

/** A rule about an object, as CEL about the expression that stands for it. */
export type Rule = (object: string) => string;

/**
 * The rule holds, or it did not hold before either. Server-side apply leaves what others have put beside our fields, until the
 * next write takes it out: a rule that judged the whole object would stop the first write, and keep the intrusion in for good.
 */
export function noWorse(rule: Rule): string {
  return `(${rule('object')}) || (oldObject != null && !(${rule('oldObject')}))`;
}
