/**
 * Limits that hold before anything is parsed. Parsing makes an object of every two bytes, and whoever walks the result does so
 * by recursion: a body of five megabytes could otherwise cost hundreds of them, or the stack.
 */
import type { Problem } from '../../constructs/api/problem.ts';

/** Levels of objects and lists in each other; what OpenClaw and our kinds know needs about fifteen. */
export const deepestNesting = 100;

/**
 * Values in lists and objects. A fragment of configuration may have 5000; written twice at an update, with the fields that the API
 * server manages, that is a review of 30,000. Judging so many holds the event loop for some 400 ms.
 */
export const mostValues = 50_000;

const quoteMark = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
/** `[` and `{`, `]` and `}` differ in this bit only. */
const braceBit = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/** What is too much in a text of JSON; undefined when nothing is. One look at each byte, and none after the first excess. */
export function excessOf(json: Uint8Array): Problem | undefined {
  let depth = 0;
  let values = 0;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index] as number;
    if (byte === quoteMark) {
      index = endOfString(json, index);
    } else if (byte === comma) {
      values += 1;
      if (values > mostValues) return tooMany;
    } else if ((byte | braceBit) === opening) {
      depth += 1;
      values += 1;
      if (depth > deepestNesting) return tooDeep;
      if (values > mostValues) return tooMany;
    } else if ((byte | braceBit) === closing) {
      depth -= 1;
    }
  }
  return undefined;
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(json: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== quoteMark) {
    index += json[index] === backslash ? 2 : 1;
  }
  return index;
}

const tooDeep: Problem = {
  code: 'admission.too-deep',
  path: '',
  message: `lists and objects lie in each other more than ${deepestNesting} levels deep`,
  fix: 'write a flatter spec.openclaw.config or spec.defaults.config',
};

const tooMany: Problem = {
  code: 'admission.too-many-values',
  path: '',
  message: `it has more than ${mostValues} values`,
  fix: 'write a smaller object',
};
