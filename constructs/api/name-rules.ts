/** The rule on `metadata.name`, which a schema cannot bound: CEL on the root of the object. */
import type { KindDefinition } from './kinds/kind.ts';
import type { CelRule } from './schema/structural.ts';

/** Rules on the name of objects of a kind. */
export function nameRules({ namePattern, nameMaxLength }: KindDefinition): readonly CelRule[] {
  return [
    {
      rule: `size(self.metadata.name) <= ${nameMaxLength} && self.metadata.name.matches('${namePattern}')`,
      message: `the name has at most ${nameMaxLength} lower-case letters, digits and hyphens, and starts and ends with a letter or digit`,
    },
  ];
}
