/** Quoting of what came, for messages that end up in terminals, logs and status. */

const longest = 60;

/**
 * A value in few words. Objects and lists show their keys or length only: what stands in them may be a secret that was
 * written to the wrong place.
 */
export function quote(value: unknown): string {
  if (Array.isArray(value)) {
    return `a list of ${value.length}`;
  }
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value);
    const shown = keys.slice(0, 5).map((key) => shorten(key));
    return keys.length === 0 ? 'an empty object' : `an object with ${shown.join(', ')}${keys.length > 5 ? ', …' : ''}`;
  }
  if (typeof value === 'string') {
    return JSON.stringify(shorten(value));
  }
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** What a value is, as a person says it. */
export function typeName(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  const names: Readonly<Record<string, string>> = {
    object: 'an object',
    string: 'a string',
    number: Number.isInteger(value) ? 'an integer' : 'a number',
    boolean: 'a boolean',
  };
  return names[typeof value] ?? typeof value;
}

function shorten(text: string): string {
  const points = Array.from(text);
  return points.length <= longest ? text : `${points.slice(0, longest).join('')}…`;
}
