import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatPath, parsePath } from '../../constructs/api/field-path.ts';

test('paths read as people write them', () => {
  expect(formatPath(['spec', 'credentials', 1, 'secretRef', 'key'])).toBe('spec.credentials[1].secretRef.key');
  expect(formatPath(['metadata', 'labels', 'example.com/team'])).toBe('metadata.labels["example.com/team"]');
});

test('every path is read back as the steps it was made of', () => {
  const step = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.nat(),
    fc.constantFrom('a.b', '[0]', '"', '\\', '', '0'),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      expect(parsePath(formatPath(steps))).toEqual(steps);
    }),
  );
});
