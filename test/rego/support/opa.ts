/** The real opa for tests; found, or built once. */
import { findOpa } from '../../../opa/find-opa.ts';

/** Milliseconds that a first build may take on a busy machine. */
export const opaBuildMs = 900_000;

/** Path of the program. */
export function realOpa(): Promise<string> {
  return findOpa({ environment: process.env, progress: (line) => process.stderr.write(`${line}\n`) });
}
