/** Values as CEL writes them (https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values). */

/** A string. The escapes of JSON are among those of CEL, so no value can end its own quotes. */
export function celText(value: string): string {
  return JSON.stringify(value);
}

/** A list of strings. */
export function celTexts(values: readonly string[]): string {
  return `[${values.map(celText).join(', ')}]`;
}

/** A map from strings. */
export function celMap<T>(entries: Readonly<Record<string, T>>, write: (value: T) => string): string {
  return `{${Object.entries(entries)
    .map(([key, value]) => `${celText(key)}: ${write(value)}`)
    .join(', ')}}`;
}
