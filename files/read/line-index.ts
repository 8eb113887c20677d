/** Lines and columns of offsets in a text. */

/** A place in a text, both from 1; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineBreak = /\r\n|\r|\n/g;

/** Finds lines; the text is looked through once, at the first question. */
export class LineIndex {
  readonly #text: string;
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where an offset is. */
  positionOf(offset: number): Position {
    this.#starts ??= [0, ...Array.from(this.#text.matchAll(lineBreak), ({ 0: found, index }) => index + found.length)];
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
