/** Where a command writes, and what it may assume about it. */
import { styleText } from 'node:util';

/** Streams of one command: results on `out`, progress and problems on `err`. */
export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

type Format = Parameters<typeof styleText>[0];

/** The process's own streams. */
export const terminal: Terminal = { out: process.stdout, err: process.stderr };

/** Text in a style, on a terminal that shows it; plain text elsewhere and under NO_COLOR. */
export function styled(stream: NodeJS.WriteStream, format: Format, text: string): string {
  return stream.isTTY ? styleText(format, text, { stream }) : text;
}

/** Writes a line. */
export function line(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${text}\n`);
}
