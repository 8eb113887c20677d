/** An error of running opa; `code` is stable, the text is for people. */
export class OpaError extends Error {
  readonly code: 'opa.missing' | 'opa.build' | 'opa.timeout' | 'opa.failed';

  constructor(code: OpaError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OpaError';
    this.code = code;
  }
}
