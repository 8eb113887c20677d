/** "Did you mean …": the known word nearest to one that came. */
import { distance } from 'fastest-levenshtein';

/** The nearest of `known`, or undefined when none is near enough to be a slip of the hand. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const name of known) {
    const farthest = Math.max(1, Math.floor(name.length / 3));
    // Words are at least as far apart as their lengths: words of megabytes are not compared letter by letter.
    if (Math.abs(word.length - name.length) > farthest) continue;
    const far = distance(word.toLowerCase(), name.toLowerCase());
    if (far <= farthest && (best === undefined || far < best.far)) {
      best = { name, far };
    }
  }
  return best?.name;
}
