/** Relations of patterns against what they mean: every short pattern, every short name. */
import { expect, test } from '@jest/globals';
import { covers, intersects } from '../../constructs/policy/pattern-relations.ts';

/** Every text over an alphabet, up to a length. */
function texts(alphabet: readonly string[], longest: number): string[] {
  const found = [''];
  for (let from = 0, length = 1; length <= longest; length += 1) {
    const to = found.length;
    for (; from < to; from += 1) found.push(...alphabet.map((letter) => (found[from] ?? '') + letter));
  }
  return found;
}

const patterns = texts(['a', 'b', '*'], 4).filter((pattern) => pattern !== '');
// No pattern has a c: only a star matches it, as it matches the letters that no rule names.
const names = texts(['a', 'b', 'c'], 7);
/** By pattern, which names it matches. */
const matched = new Map(
  patterns.map((pattern) => {
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
    return [pattern, names.map((name) => expression.test(name))];
  }),
);

test('one pattern covers another if and only if it matches all of its names', () => {
  const wrong: string[] = [];
  for (const [outer, ofOuter] of matched) {
    for (const [inner, ofInner] of matched) {
      const isCovered = ofInner.every((isMatched, index) => !isMatched || ofOuter[index] === true);
      if (covers(outer, inner) !== isCovered) wrong.push(`${outer} ${inner}: ${isCovered}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('two patterns meet if and only if a name matches both', () => {
  const wrong: string[] = [];
  for (const [a, ofA] of matched) {
    for (const [b, ofB] of matched) {
      const isMet = ofA.some((isMatched, index) => isMatched && ofB[index] === true);
      if (intersects(a, b) !== isMet) wrong.push(`${a} ${b}: ${isMet}`);
    }
  }
  expect(wrong).toEqual([]);
});
