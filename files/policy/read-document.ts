/** One document of YAML or JSON from a file or from standard input. */
import { readFileSync } from 'node:fs';
import type { LocatedProblem } from '../problem.ts';
import { parseDocuments } from '../read/parse-documents.ts';
import { fileProblem, readText } from '../read/read-text.ts';
import type { SourceDocument } from '../read/source-document.ts';

/** The document, or why there is none. */
export type DocumentResult =
  | { readonly document: SourceDocument }
  | { readonly document: undefined; readonly problems: readonly LocatedProblem[] };

/** Reads a file that holds one document; `-` is standard input. */
export function readDocument(file: string): DocumentResult {
  const source = file === '-' ? { text: readFileSync(0, 'utf8') } : readText(file, file);
  const shown = file === '-' ? 'standard input' : file;
  if (source.text === undefined) {
    return { document: undefined, problems: [source.problem] };
  }
  const { documents, problems } = parseDocuments(shown, source.text);
  const [document] = documents;
  if (problems.length > 0) {
    return { document: undefined, problems };
  }
  if (document === undefined || documents.length > 1) {
    const message = `one document is expected, there are ${documents.length}`;
    const fix = 'write one document, without ---';
    return { document: undefined, problems: [fileProblem(shown, { code: 'question.documents', message, fix })] };
  }
  return { document };
}
