/**
 * From the text of a YAML file to its documents, as fast as js-yaml reads it. Only when something is odd is the text
 * looked at with care, and then everything that is wrong with it is reported, not just the first error.
 */
import { YAMLException, constructFromEvents, parseEvents, EVENT_ID } from 'js-yaml';
import type { Event } from 'js-yaml';
import type { LocatedProblem } from '../problem.ts';
import { documentFaults } from './faults.ts';
import { endsInOpenBlock, hasOddEvents } from './odd-events.ts';
import { Segment, SourceDocument, SourceText } from './source-document.ts';

/** What could be read of a text, and what is wrong with it. */
export interface ParsedText {
  /** Documents that hold something, in the order of the text, those with ambiguous scalars included. */
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly LocatedProblem[];
}

/**
 * Reads every document of a text. Anything that Kubernetes' own reader could understand differently is a problem.
 * @param file what to call it in problems
 */
export function parseDocuments(file: string, text: string): ParsedText {
  const source = new SourceText(file, text);
  const found: Found = { source, documents: [], problems: [] };
  checkLineSeparators(found);
  readRange(found, 0, text.length);
  return found;
}

interface Found {
  readonly source: SourceText;
  readonly documents: SourceDocument[];
  readonly problems: LocatedProblem[];
}

const separator = /[\u0085\u2028\u2029]|(?<!^)\ufeff/;

function checkLineSeparators({ source, problems }: Found): void {
  const found = separator.exec(source.text);
  if (found) {
    const code = `U+${found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    const problem = {
      code: 'yaml.line-separator',
      path: '',
      message: `the character ${code} stands here, which Kubernetes takes for a line break or file start and other YAML readers do not`,
      fix: `remove it, or write "\\u${code.slice(2)}" in double quotes`,
    };
    problems.push(source.locate(problem, found.index));
  }
}

/** Reads a stretch of the text; around a document that cannot be read, what comes before and after it. */
function readRange(found: Found, start: number, end: number): void {
  const { source } = found;
  for (let from = start; from < end;) {
    const segment = new Segment(source, from, end);
    try {
      readSegment(found, segment, parseEvents(segment.text, {}));
      return;
    } catch (error) {
      const at = from + positionOf(error);
      // A quote that is not closed shows at the next document's marker only.
      const broken = source.text.lastIndexOf(marker, at - 2) + 1;
      if (broken > from) {
        readRange(found, from, broken);
      }
      found.problems.push(source.locate(syntaxProblem(error, lineAround(source.text, at)), at));
      const next = source.text.indexOf(marker, Math.max(at - 1, from));
      from = next < 0 ? end : next + 1;
    }
  }
}

const marker = '\n---';

function positionOf(error: unknown): number {
  if (error instanceof YAMLException) {
    return error.mark?.position ?? 0;
  }
  throw error;
}

function lineAround(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? undefined : end);
}

function syntaxProblem(error: unknown, line: string) {
  return {
    code: 'yaml.syntax',
    path: '',
    message: `not readable as YAML: ${error instanceof YAMLException ? error.reason : String(error)}`,
    fix: /^ *\t/.test(line)
      ? 'indent with spaces, not tabs'
      : 'check the indentation, the quotes and the colons in this line and the one before',
  };
}

function readSegment(found: Found, segment: Segment, events: Event[]): void {
  if (endsInOpenBlock(events, segment.text)) {
    const { source, start, text } = segment;
    found.problems.push(source.locate(openBlockProblem, start + text.length));
  }
  if (!hasOddEvents(events, segment.text)) {
    const values = constructAll(segment.text, events);
    if (values) {
      values.forEach((value, index) => keep(found, new SourceDocument(segment, index, value)));
      return;
    }
  }
  documentsOf(events).forEach((own, index) => readWithCare(found, { segment, index, events: own }));
}

const openBlockProblem = {
  code: 'yaml.open-block',
  path: '',
  message: 'the text of the last value ends without a line break, which YAML readers do not read alike',
  fix: 'end the file with a line break',
};

/** The values, or undefined when js-yaml refuses one: the careful way finds out which, and all of its faults. */
function constructAll(source: string, events: Event[]): unknown[] | undefined {
  try {
    return constructFromEvents(events, { source });
  } catch (error) {
    if (error instanceof YAMLException) {
      return undefined;
    }
    throw error;
  }
}

/** Faults that leave the value readable, so that its other problems can be shown in the same run. */
const tolerable: ReadonlySet<string> = new Set(['yaml.ambiguous', 'yaml.inexact-number', 'yaml.key-type']);

interface OneDocument {
  readonly segment: Segment;
  readonly index: number;
  readonly events: Event[];
}

function readWithCare(found: Found, { segment, index, events }: OneDocument): void {
  const { source, start } = segment;
  const tree = segment.tree(index);
  const faults = [...directiveFaults(segment, events), ...(tree ? documentFaults(tree) : [])];
  found.problems.push(...faults.map((fault) => source.locate(fault, start + fault.offset)));
  const values = constructAll(segment.text, events);
  if (values && faults.every(({ code }) => tolerable.has(code))) {
    keep(found, new SourceDocument(segment, index, values[0]));
  }
}

function directiveFaults({ text }: Segment, [first]: readonly Event[]) {
  return first?.type === EVENT_ID.DOCUMENT && first.directives.length > 0
    ? [
        {
          code: 'yaml.directive',
          path: '',
          message: 'Kubernetes manifests have no YAML directives (%YAML, %TAG)',
          fix: 'remove the line',
          offset: Math.max(0, text.search(/^%/m)),
        },
      ]
    : [];
}

/** The events of each document by itself. */
function documentsOf(events: readonly Event[]): Event[][] {
  const documents: Event[][] = [];
  let depth = 0;
  for (const event of events) {
    if (depth === 0) {
      documents.push([]);
    }
    documents.at(-1)?.push(event);
    if (event.type === EVENT_ID.POP) {
      depth -= 1;
    } else if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.ALIAS) {
      depth += 1;
    }
  }
  return documents;
}

function keep({ documents }: Found, document: SourceDocument): void {
  if (document.value !== null && document.value !== undefined) {
    documents.push(document);
  }
}
