/** Texts for a message that must not grow with what it tells of. */

/** The first ones, and how many more there are. @param what the others are called @default - nothing */
export function firstFew(texts: readonly string[], most: number, what = ''): string[] {
  const more = texts.length - most;
  return more > 0 ? [...texts.slice(0, most), `and ${more} more${what === '' ? '' : ` ${what}`}`] : [...texts];
}
