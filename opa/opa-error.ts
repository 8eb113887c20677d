/** Why opa could not do what was asked. */
export type OpaErrorCode =
  | 'opa.missing'
  | 'opa.outdated'
  | 'opa.build'
  | 'opa.timeout'
  | 'opa.aborted'
  | 'opa.output'
  | 'opa.memory'
  | 'opa.failed';

/** An error of running opa; `code` is stable, the text is for people. */
export class OpaError extends Error {
  readonly code: OpaErrorCode;

  constructor(code: OpaErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OpaError';
    this.code = code;
  }
}
