/**
 * Writes plain data as YAML in block style, as kubectl prints it: two spaces a level, lists under their key without
 * extra indentation. Members come in the order in which the object has them (sortKeys in order.ts is for those who want
 * another), `undefined` members are left out. What JSON cannot carry is refused with its path.
 *
 * Every string survives js-yaml and the readers of kubectl, the API server, Argo CD and Flux unchanged; test/unit/yaml
 * proves it with both.
 */
import { isSharedPart } from '../shared-part.ts';
import { EmitError, isPlainObject, locateRefusal, maxDepth, scalarRefusal } from './refusal.ts';
import { keyScalar, stringScalar } from './scalar.ts';
import { joinPieces, SharedText } from './shared-text.ts';
import type { TextPieces } from './shared-text.ts';

/** Longest key that readers take without a leading `?`; the format's own limit is 1024 characters. */
const longestImplicitKey = 1000;

/** One document, ending in a line feed. Throws {@link EmitError}. */
export function emitYaml(value: unknown): string {
  try {
    return joinPieces(piecesOf([value]));
  } catch (error) {
    throw error instanceof EmitError ? locateRefusal(value) : error;
  }
}

/** Several documents, `---` between them; none give an empty text. Throws {@link EmitError}, its path led by the document's index. */
export function emitDocuments(values: readonly unknown[]): string {
  return joinPieces(emitPieces(values));
}

/** The same in pieces, those apart that documents emitted before have as well. */
export function emitPieces(values: readonly unknown[]): TextPieces {
  try {
    return piecesOf(values);
  } catch (error) {
    throw error instanceof EmitError ? locateRefusal(values) : error;
  }
}

/** What is written so far: pieces that are complete, and the text after them. */
let pieces: (string | SharedText)[] = [];
let text = '';

function piecesOf(values: readonly unknown[]): TextPieces {
  pieces = [];
  text = '';
  values.forEach((value, index) => {
    text += index === 0 ? '' : '---\n';
    document(value);
  });
  pieces.push(text);
  return pieces;
}

function document(value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    scalar(value, 0);
    text += '\n';
  } else if (!(Array.isArray(value) ? sequence(value, 0, '') : mapping(value, 0, ''))) {
    text += emptyOf(value);
  }
}

/** Indentation by depth. */
const pads = Array.from({ length: maxDepth + 2 }, (_, depth) => '  '.repeat(depth));

/**
 * Writes the lines of a mapping, each led by its indentation; writes nothing and answers false when it has no members.
 * @param lead what stands before the first line instead: the indentation, or the dash of the list around it
 */
function mapping(object: object, depth: number, lead: string): boolean {
  return isSharedPart(object) ? shared(object, { depth, lead }, members) : members(object, depth, lead);
}

function members(object: object, depth: number, lead: string): boolean {
  if (depth > maxDepth || !isPlainObject(object)) {
    throw new EmitError('', 'nested too deep, or no plain object');
  }
  const pad = pads[depth] ?? '';
  let written = false;
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== undefined) {
      text += (written ? pad : lead) + keyText(key, pad);
      memberValue(value, depth);
      written = true;
    }
  }
  return written;
}

/** What follows a key and its colon, to the end of the line or of the block below. */
function memberValue(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) {
    text += ' ';
    scalar(value, depth + 1);
    text += '\n';
    return;
  }
  const start = text;
  text += '\n';
  const written = Array.isArray(value)
    ? sequence(value, depth, pads[depth] ?? '')
    : mapping(value, depth + 1, pads[depth + 1] ?? '');
  if (!written) {
    text = `${start} ${emptyOf(value)}`;
  }
}

/** Writes the lines of a list whose dashes stand at the given depth; `lead` and answer as for {@link mapping}. */
function sequence(list: readonly unknown[], depth: number, lead: string): boolean {
  return isSharedPart(list) ? shared(list, { depth, lead }, items) : items(list, depth, lead);
}

function items(list: readonly unknown[], depth: number, lead: string): boolean {
  if (depth > maxDepth) {
    throw new EmitError('', 'nested too deep');
  }
  const dash = `${pads[depth] ?? ''}- `;
  // By index: iteration would pass over holes as undefined too, but slower.
  for (let index = 0; index < list.length; index += 1) {
    item(list[index], depth, index === 0 ? `${lead}- ` : dash);
  }
  return list.length > 0;
}

/** Where a value is written. */
interface Spot {
  readonly depth: number;
  readonly lead: string;
}

/** Texts of shared parts, each as it was written last: it stands at the same place in most objects. */
const sharedTexts = new WeakMap<object, Spot & { readonly written: string | SharedText }>();

/** Writes a shared part as it was written before, or by `write`. */
function shared<Part extends object>(
  part: Part,
  { depth, lead }: Spot,
  write: (part: Part, depth: number, lead: string) => boolean,
): boolean {
  let known = sharedTexts.get(part);
  if (known?.depth !== depth || known.lead !== lead) {
    known = { depth, lead, written: apart(() => write(part, depth, lead)) };
    sharedTexts.set(part, known);
  }
  append(known.written);
  return known.written !== '';
}

/** Longer texts are pieces of their own. */
const longestWithin = 4000;

/** What is written by a function, as one text. */
function apart(write: () => void): string | SharedText {
  const before = { pieces, text };
  pieces = [];
  text = '';
  write();
  const written = joinPieces([...pieces, text]);
  ({ pieces, text } = before);
  return written.length > longestWithin ? new SharedText(written) : written;
}

function append(written: string | SharedText): void {
  if (typeof written === 'string') {
    text += written;
  } else {
    pieces.push(text, written);
    text = '';
  }
}

function item(value: unknown, depth: number, dash: string): void {
  if (typeof value !== 'object' || value === null) {
    text += dash;
    scalar(value, depth + 1);
    text += '\n';
  } else if (!(Array.isArray(value) ? sequence(value, depth + 1, dash) : mapping(value, depth + 1, dash))) {
    text += dash + emptyOf(value);
  }
}

function emptyOf(value: object): string {
  return Array.isArray(value) ? '[]\n' : '{}\n';
}

function scalar(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    append(stringScalar(value, pads[depth === 0 ? 1 : depth] ?? ''));
    return;
  }
  const refusal = scalarRefusal(value);
  if (refusal !== undefined) {
    throw new EmitError('', refusal);
  }
  text += typeof value === 'number' ? numberText(value) : String(value);
}

/** YAML 1.1 readers want a point in a number with an exponent. */
function numberText(value: number): string {
  const digits = String(value);
  return digits.includes('e') && !digits.includes('.') ? digits.replace('e', '.0e') : digits;
}

/** Texts of keys seen before: a fleet has few different ones, over and over. */
const knownKeys = new Map<string, string>();
const mostKnownKeys = 2000;

function keyText(key: string, pad: string): string {
  const known = knownKeys.get(key);
  if (known !== undefined) {
    return known;
  }
  const written = keyScalar(key);
  if (written.length > longestImplicitKey) {
    return `? ${written}\n${pad}:`;
  }
  if (knownKeys.size < mostKnownKeys) {
    knownKeys.set(key, `${written}:`);
  }
  return `${written}:`;
}
