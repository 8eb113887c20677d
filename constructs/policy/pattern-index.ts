/**
 * Patterns by what OPA can look up (policy/patterns.rego), so that a decision costs the same under ten rules and under ten
 * thousand: it tries the few patterns whose fixed text fits, never all of them.
 */
import { byCodeUnit } from '../synth/order.ts';

/** Patterns in an order of their own, keys sorted; parts that would be empty are left out. */
export interface PatternIndex {
  /** Patterns without a star: each is the one name that it matches. */
  readonly names?: Readonly<Record<string, true>>;
  /** Other patterns by the text before their first star, which is kept by its length. */
  readonly heads?: PatternsByText;
  /** Those that begin with a star, by the text after their last one. */
  readonly tails?: PatternsByText;
  /** Those that begin and end with a star. */
  readonly others?: readonly string[];
}

type PatternsByText = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Every pattern in the one place where a value that it matches finds it. The order of the patterns makes no difference. */
export function indexPatterns(patterns: readonly string[]): PatternIndex {
  const sorted = [...new Set(patterns)].sort(byCodeUnit);
  const names = sorted.filter((pattern) => !pattern.includes('*'));
  const others = sorted.filter((pattern) => pattern.startsWith('*') && pattern.endsWith('*'));
  const headed = sorted.filter((pattern) => pattern.includes('*') && !pattern.startsWith('*'));
  const tailed = sorted.filter((pattern) => pattern.startsWith('*') && !pattern.endsWith('*'));
  return {
    ...(names.length === 0 ? {} : { names: Object.fromEntries(names.map((name) => [name, true])) }),
    ...byText('heads', headed, (pattern) => pattern.slice(0, pattern.indexOf('*'))),
    ...byText('tails', tailed, (pattern) => pattern.slice(pattern.lastIndexOf('*') + 1)),
    ...(others.length === 0 ? {} : { others }),
  };
}

function byText(
  part: 'heads' | 'tails',
  patterns: readonly string[],
  textOf: (pattern: string) => string,
): Pick<PatternIndex, 'heads' | 'tails'> {
  const byLength = new Map<string, Map<string, string[]>>();
  for (const pattern of patterns) {
    const text = textOf(pattern);
    const length = String(text.length);
    const together = byLength.get(length) ?? new Map<string, string[]>();
    const alike = together.get(text);
    if (alike === undefined) {
      together.set(text, [pattern]);
    } else {
      alike.push(pattern);
    }
    byLength.set(length, together);
  }
  return byLength.size === 0
    ? {}
    : { [part]: Object.fromEntries([...byLength].map(([length, texts]) => [length, Object.fromEntries(texts)])) };
}
