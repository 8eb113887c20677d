/** Strings in double quotes: the form that can carry every text. */

/**
 * What may stand in the output as it is, beside printable ASCII. Left out and escaped: line breaks that only some readers
 * know (U+0085, U+2028, U+2029), the byte order mark, and whatever a reviewer cannot see (no-break and zero-width
 * spaces, bidirectional controls, tag characters, private use). The list is fixed rather than a Unicode property, so that
 * the bytes do not depend on the Unicode version of the Node that runs.
 */
const visible =
  '\\u00a1-\\u00ac\\u00ae-\\u034e\\u0350-\\u061b\\u061d-\\u115e\\u1161-\\u167f\\u1681-\\u17b3\\u17b6-\\u180a' +
  '\\u1810-\\u1fff\\u2010-\\u2027\\u2030-\\u205e\\u2070-\\u2fff\\u3001-\\u3163\\u3165-\\ud7ff\\uf900-\\ufdcf' +
  '\\ufdf0-\\ufdff\\ufe0e-\\ufefe\\uff01-\\uff9f\\uffa1-\\uffef' +
  '\\u{10000}-\\u{1d172}\\u{1d17b}-\\u{1fffd}\\u{20000}-\\u{2fffd}\\u{30000}-\\u{3fffd}';

const beyondAscii = /[^\t\n\x20-\x7e]/;
/* eslint-disable no-misleading-character-class -- code points are meant, each for itself */
const invisible = new RegExp(`[^\\t\\n\\x20-\\x7e${visible}]`, 'u');
const toEscape = new RegExp(`[^\\x20\\x21\\x23-\\x5b\\x5d-\\x7e${visible}]`, 'gu');
/* eslint-enable no-misleading-character-class */

/** Whether every character of the text, line feeds and tabs included, may stand in the output as it is. */
export function isVisible(text: string): boolean {
  return !beyondAscii.test(text) || !invisible.test(text);
}

/** The text in double quotes, on one line. It may hold neither NUL nor half surrogate pairs. */
export function doubleQuoted(text: string): string {
  return `"${text.replace(toEscape, escape)}"`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escape(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) {
    return short;
  }
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) {
    return `\\x${hex.padStart(2, '0')}`;
  }
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
