/** One buffer for all files in turn: making one for each of ten thousand tenants' files costs as much as filling it. */
import { closeSync, openSync, readSync } from 'node:fs';

const longText = 16 * 1024;

/** Bytes that are added at the end. */
class Scratch {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was added since {@link clear}; the next one writes over it. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Starts anew. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** Adds a text as UTF-8. */
  addText(text: string): this {
    // No code unit takes more than three bytes; of a long text it is worth knowing, or small fleets need large buffers.
    this.#reserve(text.length < longText ? 3 * text.length : Buffer.byteLength(text));
    this.#length += this.#buffer.write(text, this.#length);
    return this;
  }

  /** Adds bytes. */
  addBytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Adds what a regular file holds. */
  addFile(file: string): this {
    const descriptor = openSync(file, 'r');
    try {
      for (let room = 0, read = 0; read === room;) {
        // Less than there is room for comes at the end of the file only, so most files are read at once.
        this.#reserve(1);
        room = this.#buffer.length - this.#length;
        read = readSync(descriptor, this.#buffer, this.#length, room, null);
        this.#length += read;
      }
    } finally {
      closeSync(descriptor);
    }
    return this;
  }

  /** Takes bytes out; what comes after them moves up. */
  remove(start: number, length: number): void {
    this.#buffer.copyWithin(start, start + length, this.#length);
    this.#length -= length;
  }

  /** Makes room for so many bytes more. */
  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#buffer.length) {
      this.#buffer = Buffer.concat([this.bytes], Math.max(needed, 2 * this.#buffer.length));
    }
  }
}

/** The buffer of this process. Whoever uses it clears it first and is done with it before calling anybody else who does. */
export const scratch = new Scratch();
