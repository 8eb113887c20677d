/**
 * JSON as it comes, token by token: a syntax tree is a hundred times as large as the text that it is of, and nobody needs all of it
 * at once. What is well-formed is not judged here; who listens sees whether it came to an end.
 */

/** Told of each token. Strings and literals come as JSON text; only who needs one decodes it. */
export interface JsonListener {
  readonly open: (isArray: boolean) => void;
  readonly close: () => void;
  readonly key: (json: string) => void;
  readonly scalar: (json: string) => void;
}

/** See above. */
export class JsonTokens {
  readonly #listener: JsonListener;
  /** The beginning of a token whose end has not come yet. */
  #rest = '';
  /** A string that is a key if a colon follows. */
  #string: string | undefined;

  constructor(listener: JsonListener) {
    this.#listener = listener;
  }

  /** The next piece of the text, cut off anywhere. */
  push(piece: string): void {
    const text = this.#rest + piece;
    let at = 0;
    while (at < text.length) {
      const end = endOfToken(text, at);
      if (end === -1) break;
      this.#token(text, at, end);
      at = end;
    }
    this.#rest = text.slice(at);
  }

  #token(text: string, at: number, end: number): void {
    const first = text.charAt(at);
    if (isSpace(first)) return;
    if (first === ':') {
      this.#listener.key(this.#string ?? '""');
      this.#string = undefined;
      return;
    }
    if (this.#string !== undefined) {
      this.#listener.scalar(this.#string);
      this.#string = undefined;
    }
    if (first === '{' || first === '[') this.#listener.open(first === '[');
    else if (first === '}' || first === ']') this.#listener.close();
    else if (first === '"') this.#string = text.slice(at, end);
    else if (first !== ',') this.#listener.scalar(text.slice(at, end));
  }
}

const literal = /[^\s,:[\]{}"]+/y;
const space = /\s+/y;

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t';
}

/** Where the token that begins here ends; -1 when its end has not come yet. */
function endOfToken(text: string, at: number): number {
  const first = text.charAt(at);
  if (first === '"') return endOfString(text, at);
  if ('{}[]:,'.includes(first)) return at + 1;
  const pattern = isSpace(first) ? space : literal;
  pattern.lastIndex = at;
  const end = pattern.test(text) ? pattern.lastIndex : at + 1;
  return pattern === literal && end === text.length ? -1 : end;
}

/** Most strings have no escapes, and some are very long: the next quote is looked for, not every character. */
function endOfString(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1);
  while (quote !== -1) {
    let backslash = quote;
    while (text.charAt(backslash - 1) === '\\') backslash -= 1;
    if ((quote - backslash) % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}
