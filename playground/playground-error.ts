/** Why the playground could not do what was asked. */
export type PlaygroundErrorCode =
  | 'playground.binaries'
  | 'playground.build'
  | 'playground.start'
  | 'playground.exited'
  | 'playground.running'
  | 'playground.state';

/** An error of the playground; `code` is stable, the text is for people. */
export class PlaygroundError extends Error {
  readonly code: PlaygroundErrorCode;

  constructor(code: PlaygroundErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PlaygroundError';
    this.code = code;
  }
}
