/** Why the playground could not do what was asked. */
export type PlaygroundErrorCode =
  /** A program of the control plane is nowhere, and cannot be made. */
  | 'playground.binaries'
  /** Go could not build a program. */
  | 'playground.build'
  /** The folder that was named holds something else. */
  | 'playground.folder'
  /** A playground runs in that folder already. */
  | 'playground.running'
  /** The control plane did not come up. */
  | 'playground.start'
  /** No free port, or another program took it first. */
  | 'playground.port'
  /** A program of a running control plane ended by itself. */
  | 'playground.exited'
  /** The record of a playground cannot be read. */
  | 'playground.state'
  /** Files of this package are missing. */
  | 'playground.package';

/** An error of the playground; `code` is stable, the text is for people. */
export class PlaygroundError extends Error {
  readonly code: PlaygroundErrorCode;

  constructor(code: PlaygroundErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PlaygroundError';
    this.code = code;
  }
}
