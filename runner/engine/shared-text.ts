/**
 * One string for all that say the same: what is parsed is a string of its own each time, and the objects of an owner have their
 * names, namespace and writer in common.
 */

/** Lists of all kinds come page by page beside each other, so that what is shared comes up again soon. */
const mostRemembered = 8192;
const remembered = new Map<string, string>();

/** The string that was met first lately. */
export function sharedText(text: string): string {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(text, text);
  return text;
}
