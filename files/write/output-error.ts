/** Why an output tree was not written. */

/** What went wrong; every one leaves the output folder as it was, unless the message says otherwise. */
export type OutputErrorCode =
  /** A path that is not portable, or two that differ by case only. */
  | 'output.path'
  /** Something that we did not write stands where output goes. */
  | 'output.foreign'
  /** Another run writes to the same folder. */
  | 'output.busy'
  /** The system refused a change. */
  | 'output.failed';

/** Thrown by OutputTree; `paths` are relative to the output folder. */
export class OutputError extends Error {
  readonly code: OutputErrorCode;
  readonly paths: readonly string[];

  constructor(
    code: OutputErrorCode,
    message: string,
    details: { readonly paths: readonly string[]; readonly cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.name = 'OutputError';
    this.code = code;
    this.paths = details.paths;
  }
}
