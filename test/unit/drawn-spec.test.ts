/** What the fault tests draw at random: nothing that a tenant's spec can say is left out. */
import { expect, test } from '@jest/globals';
import { drawnSpec } from '../fault/support/drawn-spec.ts';
import { optionalParts, partsOf } from '../fault/support/optional-parts.ts';
import { randomFrom } from '../fault/support/seed.ts';

/** Not drawn, because it would be another test; whatever else a spec may have must be. */
const elsewhere = [
  // Nobody applies then: runner-rendered.test.ts.
  'delivery=Rendered',
  // Cannot change once a volume is there.
  'storage.className',
];

test('every field that may be left out, and every value of a closed list, is drawn', () => {
  const random = randomFrom(1);
  const drawn = new Set<string>();
  for (let draw = 0; draw < 2000; draw += 1) for (const part of partsOf(drawnSpec(random, undefined))) drawn.add(part);
  expect(optionalParts().filter((part) => !drawn.has(part))).toEqual(elsewhere);
});
