/** A long piece of output that many files have alike. */
import { hash } from 'node:crypto';

/** The text, and its bytes made once: for every file to copy instead of encoding them again. */
export class SharedText {
  readonly text: string;
  #bytes: Uint8Array | undefined;
  #id: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** UTF-8. Not to be changed. */
  get bytes(): Uint8Array {
    this.#bytes ??= Buffer.from(this.text);
    return this.#bytes;
  }

  /** Tells it from other texts: 96 bits of the SHA-256. */
  get id(): string {
    this.#id ??= hash('sha256', this.bytes, 'base64url').slice(0, 16);
    return this.#id;
  }
}

/** A text in pieces, one after the other. */
export type TextPieces = readonly (string | SharedText)[];

/** The pieces as one text. */
export function joinPieces(pieces: TextPieces): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
}
