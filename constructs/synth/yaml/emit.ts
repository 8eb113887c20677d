/**
 * Writes plain data as YAML in block style, as kubectl prints it: two spaces a level, lists under their key without
 * extra indentation. Members come in the order in which the object has them (sortKeys in order.ts is for those who want
 * another), `undefined` members are left out. What JSON cannot carry is refused with its path.
 *
 * Every string survives js-yaml and the readers of kubectl, the API server, Argo CD and Flux unchanged; test/unit/yaml
 * proves it with both.
 */
import { EmitError, isPlainObject, locateRefusal, maxDepth, scalarRefusal } from './refusal.ts';
import { keyScalar, stringScalar } from './scalar.ts';

/** Longest key that readers take without a leading `?`; the format's own limit is 1024 characters. */
const longestImplicitKey = 1000;

/** One document, ending in a line feed. Throws {@link EmitError}. */
export function emitYaml(value: unknown): string {
  try {
    return document(value);
  } catch (error) {
    throw error instanceof EmitError ? locateRefusal(value) : error;
  }
}

/** Several documents, `---` between them; none give an empty text. Throws {@link EmitError}, its path led by the document's index. */
export function emitDocuments(values: readonly unknown[]): string {
  try {
    return values.map(document).join('---\n');
  } catch (error) {
    throw error instanceof EmitError ? locateRefusal(values) : error;
  }
}

function document(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const body = Array.isArray(value) ? sequence(value, 0, '') : mapping(value, 0, '');
    return body === '' ? emptyOf(value) : body;
  }
  return `${scalar(value, 0)}\n`;
}

/** Indentation by depth. */
const pads = Array.from({ length: maxDepth + 2 }, (_, depth) => '  '.repeat(depth));

/**
 * Lines of a mapping, each led by its indentation; empty for one without members.
 * @param lead what stands before the first line instead: the indentation, or the dash of the list around it
 */
function mapping(object: object, depth: number, lead: string): string {
  if (depth > maxDepth || !isPlainObject(object)) {
    throw new EmitError('', 'nested too deep, or no plain object');
  }
  const pad = pads[depth] ?? '';
  let before = lead;
  let text = '';
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== undefined) {
      text += before + keyText(key, pad) + memberValue(value, depth);
      before = pad;
    }
  }
  return text;
}

/** What follows a key and its colon, to the end of the line or of the block below. */
function memberValue(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) {
    return ` ${scalar(value, depth + 1)}\n`;
  }
  const body = Array.isArray(value)
    ? sequence(value, depth, pads[depth] ?? '')
    : mapping(value, depth + 1, pads[depth + 1] ?? '');
  return body === '' ? ` ${emptyOf(value)}` : `\n${body}`;
}

/** Lines of a list whose dashes stand at the given depth; `lead` as for {@link mapping}. */
function sequence(items: readonly unknown[], depth: number, lead: string): string {
  if (depth > maxDepth) {
    throw new EmitError('', 'nested too deep');
  }
  const dash = `${pads[depth] ?? ''}- `;
  let text = '';
  // By index: iteration would pass over holes as undefined too, but slower.
  for (let index = 0; index < items.length; index += 1) {
    text += itemText(items[index], depth, index === 0 ? `${lead}- ` : dash);
  }
  return text;
}

function itemText(item: unknown, depth: number, dash: string): string {
  if (typeof item !== 'object' || item === null) {
    return `${dash}${scalar(item, depth + 1)}\n`;
  }
  const body = Array.isArray(item) ? sequence(item, depth + 1, dash) : mapping(item, depth + 1, dash);
  return body === '' ? dash + emptyOf(item) : body;
}

function emptyOf(value: object): string {
  return Array.isArray(value) ? '[]\n' : '{}\n';
}

function scalar(value: unknown, depth: number): string {
  if (typeof value === 'string') {
    return stringScalar(value, pads[depth === 0 ? 1 : depth] ?? '');
  }
  const refusal = scalarRefusal(value);
  if (refusal !== undefined) {
    throw new EmitError('', refusal);
  }
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** YAML 1.1 readers want a point in a number with an exponent. */
function numberText(value: number): string {
  const text = String(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

/** Texts of keys seen before: a fleet has few different ones, over and over. */
const knownKeys = new Map<string, string>();
const mostKnownKeys = 2000;

function keyText(key: string, pad: string): string {
  const known = knownKeys.get(key);
  if (known !== undefined) {
    return known;
  }
  const text = keyScalar(key);
  if (text.length > longestImplicitKey) {
    return `? ${text}\n${pad}:`;
  }
  if (knownKeys.size < mostKnownKeys) {
    knownKeys.set(key, `${text}:`);
  }
  return `${text}:`;
}
