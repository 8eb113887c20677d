/** One string as the shortest form that YAML 1.1 and 1.2 readers, js-yaml and Go's alike, take for the same string. */
import { doubleQuoted, isVisible } from './double-quoted.ts';
import { EmitError, stringRefusal } from './refusal.ts';
import { SharedText } from './shared-text.ts';

/** Words that one reader or another takes for a boolean or null, in lower case. */
const reserved = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);
const longestReserved = 5;

/**
 * Texts that need no quotes, as a list of what is allowed: a letter, `_`, `/` or a long option in front; then printable
 * ASCII, where a colon needs something after it and a space is followed by more text that is no comment. One
 * alternative fits at each place, so a text that fails costs one look at each character.
 */
const plain = /^(?:[A-Za-z_/]|--[A-Za-z])(?:[!-9;-~]|:(?=[!-~])| (?=[ -"$-~]))*$/;
/** Quantities such as `500m` and `2Gi`, which no reader takes for a number. */
const quantity = /^[0-9]{1,15}(?:m|[KMGT]i)$/;
/** Longer single lines (compact JSON mostly) are quoted without a look. */
const longestPlain = 1000;

/**
 * The string as YAML, to stand after `: ` or `- `; as a shared text when it is long and was written before.
 * @param indent what a following line of a literal block starts with
 */
export function stringScalar(text: string, indent: string): string | SharedText {
  if (isPlain(text)) {
    return text;
  }
  if (text.length <= longestPlain) {
    return written(text, indent);
  }
  const known = longTexts.get(text);
  if (known?.indent === indent) {
    return known.written;
  }
  const scalar = written(text, indent);
  remember(text, { indent, written: new SharedText(scalar) });
  return scalar;
}

function written(text: string, indent: string): string {
  return text.includes('\n') && isLiteral(text) ? literal(text, indent) : quoted(text);
}

interface LongText {
  readonly indent: string;
  readonly written: SharedText;
}

/** Long texts that came more than once: every tenant of a fleet has the same guard and the same Rego library. */
const longTexts = new Map<string, LongText>();
/** Long texts that came once. Most are one tenant's own: what is written of them would only fill the memory. */
const seenOnce = new Set<string>();
const mostLongTexts = 200;

/** Texts push each other out now and then; shared ones come back with the next two tenants. */
function remember(text: string, result: LongText): void {
  if (!seenOnce.has(text)) {
    bounded(seenOnce).add(text);
    return;
  }
  bounded(longTexts).set(text, result);
}

function bounded<Held extends { readonly size: number; clear: () => void }>(held: Held): Held {
  if (held.size >= mostLongTexts) {
    held.clear();
  }
  return held;
}

/** The string as a key, without the colon. */
export function keyScalar(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

function isPlain(text: string): boolean {
  if (text.length > longestPlain) {
    return false;
  }
  return plain.test(text) ? text.length > longestReserved || !reserved.has(text.toLowerCase()) : quantity.test(text);
}

/**
 * Whether a literal block carries the text unchanged through every reader: the first line shows the indentation, the
 * end is one line feed or none, and no character is a line break to some readers only.
 */
function isLiteral(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 0x20 || first === 0x09 || first === 0x0a) {
    return false;
  }
  return !text.endsWith('\n\n') && !endsInBlankLine(text) && isVisible(text);
}

/** Whether the last line holds blanks only, which readers and editors drop. */
function endsInBlankLine(text: string): boolean {
  let index = text.length - 1;
  if (text.charCodeAt(index) === 0x0a) {
    index -= 1;
  }
  const last = text.charCodeAt(index);
  if (last !== 0x20 && last !== 0x09) {
    return false;
  }
  while (text.charCodeAt(index) === 0x20 || text.charCodeAt(index) === 0x09) {
    index -= 1;
  }
  return text.charCodeAt(index) === 0x0a;
}

/** One flat text: lines put together one by one would be kept as the list of their parts. */
function literal(text: string, indent: string): string {
  const ended = text.endsWith('\n');
  const lines = ended ? text.slice(0, -1) : text;
  return `${ended ? '|' : '|-'}\n${indent}${lines.replace(/\n(?=[^\n])/g, `\n${indent}`)}`;
}

function quoted(text: string): string {
  const refusal = stringRefusal(text);
  if (refusal !== undefined) {
    throw new EmitError('', refusal);
  }
  return doubleQuoted(text);
}
