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
const colon = 0x3a;
/** All white space of JSON is here or below, and nothing else of it is. */
const blank = 0x20;
/** `[` and `{`, `]` and `}` differ in this bit only. */
const braceBit = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/** Key of what is stored now, and the levels around it: the review and its request. */
const storedKey = Buffer.from('"oldObject"');
const storedDepth = 2;
const nothing = Buffer.from('null');

/** What may be parsed of a review, or why it may not. */
export type Scanned = { readonly json: Buffer } | { readonly excess: Problem };

/**
 * Measures the text of a review: one look at each byte, and none after the first excess. What is stored already is measured by
 * itself, and left out where it is too much: all that can be done about it is to write less, so that this must be possible.
 */
export function withinLimits(body: Buffer): Scanned {
  const scan = new Scan(body);
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] as number;
    scan.leaveStored(index, byte);
    if (byte === quoteMark) index = scan.passString(index);
    else scan.count.take(byte);
    if (scan.written.excess !== undefined) return { excess: scan.written.excess };
  }
  return { json: without(body, scan.cuts) };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

class Scan {
  readonly written = new Count();
  /** What is stored, where that is too much. */
  readonly cuts: Span[] = [];
  /** Of what the scan is in. */
  count = this.written;
  readonly #body: Buffer;
  #storedFrom = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  leaveStored(index: number, byte: number): void {
    if (this.count === this.written || this.count.depth > 0 || !isEnd(byte)) return;
    if (this.count.excess !== undefined) this.cuts.push({ start: this.#storedFrom, end: index });
    this.count = this.written;
  }

  /** @returns index of the last byte of a string, or before the first one of what is stored when the string is its key */
  passString(start: number): number {
    const end = endOfString(this.#body, start);
    const isKey = this.count === this.written && this.written.depth === storedDepth;
    const value = isKey ? storedAt(this.#body, start, end) : undefined;
    if (value === undefined) return end;
    this.count = new Count();
    this.#storedFrom = value;
    return value - 1;
  }
}

/** Levels and values so far. */
class Count {
  depth = 0;
  excess: Problem | undefined;
  #values = 0;

  take(byte: number): void {
    if (byte === comma) {
      this.#value();
    } else if ((byte | braceBit) === opening) {
      this.depth += 1;
      if (this.depth > deepestNesting) this.excess ??= tooDeep;
      this.#value();
    } else if ((byte | braceBit) === closing) {
      this.depth -= 1;
    }
  }

  #value(): void {
    this.#values += 1;
    if (this.#values > mostValues) this.excess ??= tooMany;
  }
}

function isEnd(byte: number): boolean {
  return byte === comma || (byte | braceBit) === closing;
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(json: Buffer, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== quoteMark) {
    index += json[index] === backslash ? 2 : 1;
  }
  return index;
}

/** Where the value begins when the string from `start` to `end` is the key of what is stored; undefined for any other. */
function storedAt(json: Buffer, start: number, end: number): number | undefined {
  if (end - start + 1 !== storedKey.length || storedKey.compare(json, start, end + 1) !== 0) return undefined;
  const next = afterBlanks(json, end + 1);
  return json[next] === colon ? next + 1 : undefined;
}

function afterBlanks(json: Buffer, start: number): number {
  let index = start;
  while (index < json.length && (json[index] as number) <= blank) index += 1;
  return index;
}

function without(body: Buffer, cuts: readonly Span[]): Buffer {
  if (cuts.length === 0) return body;
  const ends = [0, ...cuts.map(({ end }) => end)];
  const kept = ends.map((end, at) => body.subarray(end, cuts[at]?.start ?? body.length));
  return Buffer.concat(kept.flatMap((part, at) => (at === 0 ? [part] : [nothing, part])));
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
