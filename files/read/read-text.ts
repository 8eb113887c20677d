/** A file as text: UTF-8, nothing replaced on the way. */
import { isUtf8 } from 'node:buffer';
import type { LocatedProblem } from '../problem.ts';
import { scratch } from '../scratch.ts';

/** A file's text, or why there is none. */
export type TextResult = { readonly text: string } | { readonly text: undefined; readonly problem: LocatedProblem };

/**
 * Reads a file of YAML.
 * @param path where it is
 * @param shown what to call it in problems
 */
export function readText(path: string, shown: string): TextResult {
  const read = readBytes(path, shown);
  return read.bytes === undefined ? { text: undefined, problem: read.problem } : decode(read.bytes, shown);
}

/** A file's bytes in the scratch buffer, or why there are none. */
export type BytesResult = { readonly bytes: Buffer } | { readonly bytes: undefined; readonly problem: LocatedProblem };

/** Reads a file, with the parameters of {@link readText}. */
export function readBytes(path: string, shown: string): BytesResult {
  try {
    return { bytes: scratch.clear().addFile(path).bytes };
  } catch (error) {
    return { bytes: undefined, problem: unreadable(shown, error) };
  }
}

/** The bytes of a file as text. */
export function decode(bytes: Buffer, shown: string): TextResult {
  if (isUtf8(bytes)) {
    return { text: bytes.toString('utf8') };
  }
  const problem = fileProblem(shown, {
    code: 'file.encoding',
    message: 'the file is not UTF-8 text',
    fix: 'save it as UTF-8',
  });
  return { text: undefined, problem };
}

/** A problem of a file or folder as a whole. */
export function fileProblem(
  file: string,
  { code, message, fix }: { readonly code: string; readonly message: string; readonly fix: string },
): LocatedProblem {
  return { code, path: '', message, fix, file, line: 1, column: 1, wholeFile: true };
}

/** The problem of a file or folder that the system does not let us read. */
export function unreadable(file: string, error: unknown): LocatedProblem {
  const reason = (error as { readonly code?: unknown } | null)?.code;
  if (reason === 'ENOENT' || reason === 'ENOTDIR') {
    return fileProblem(file, {
      code: 'file.missing',
      message: 'there is no such file or folder',
      fix: 'check the path',
    });
  }
  if (typeof reason !== 'string') {
    throw error;
  }
  return fileProblem(file, {
    code: 'file.unreadable',
    message: `the system does not let it be read (${reason})`,
    fix: 'check its permissions, and that it is a regular file',
  });
}
