/** One document of a YAML file: its value at once, the places of its fields when somebody asks. */
import { parseEvents } from 'js-yaml';
import { parsePath } from '../../constructs/api/field-path.ts';
import type { PathStep } from '../../constructs/api/field-path.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import type { LocatedProblem } from '../problem.ts';
import { LineIndex } from './line-index.ts';
import { composeTrees } from './source-tree.ts';
import type { SourceNode } from './source-tree.ts';

/** A file's text, and where its lines are. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly lines: LineIndex;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.lines = new LineIndex(text);
  }

  /** The problem with the line and column of an offset. */
  locate({ code, path, message, fix }: Problem, offset: number): LocatedProblem {
    return { code, path, message, fix, file: this.file, ...this.lines.positionOf(offset) };
  }
}

/** A stretch of a file that js-yaml reads in one go: all of it, or what lies between documents with syntax errors. */
export class Segment {
  readonly source: SourceText;
  readonly start: number;
  readonly text: string;
  #trees: readonly (SourceNode | undefined)[] | undefined;

  constructor(source: SourceText, start: number, end: number) {
    this.source = source;
    this.start = start;
    this.text = source.text.slice(start, end);
  }

  /** The tree of a document, made anew from the text at the first question. */
  tree(document: number): SourceNode | undefined {
    this.#trees ??= composeTrees(parseEvents(this.text, {}), this.text);
    return this.#trees[document];
  }
}

/** One document as it was read. */
export class SourceDocument {
  /** Path as the run was given it. */
  readonly file: string;
  /** What stands in the document, without defaults. */
  readonly value: unknown;
  readonly #segment: Segment;
  readonly #index: number;

  constructor(segment: Segment, index: number, value: unknown) {
    this.file = segment.source.file;
    this.value = value;
    this.#segment = segment;
    this.#index = index;
  }

  /** The problem with its place: the field that its path names, or the nearest one around it that is there. */
  locate(problem: Problem): LocatedProblem {
    const { source, start } = this.#segment;
    const root = this.#segment.tree(this.#index);
    const located = source.locate(problem, start + (root ? offsetOf(root, parsePath(problem.path)) : 0));
    const object = describeObject(this.value);
    return object === undefined ? located : { ...located, object };
  }
}

function offsetOf(root: SourceNode, steps: readonly PathStep[]): number {
  let { offset } = root;
  let node: SourceNode | undefined = root;
  for (const step of steps) {
    const child: { offset: number; node: SourceNode } | undefined = childOf(node, step);
    if (child === undefined) {
      break;
    }
    ({ offset, node } = child);
  }
  return offset;
}

/** A member by its key's place, an item by its own. */
function childOf(node: SourceNode, step: PathStep): { offset: number; node: SourceNode } | undefined {
  if (node.kind === 'mapping') {
    const member = node.members.find(({ key }) => key.kind === 'scalar' && key.text === String(step));
    return member && { offset: member.key.offset, node: member.value };
  }
  const item = node.kind === 'sequence' && typeof step === 'number' ? node.items[step] : undefined;
  return item && { offset: item.offset, node: item };
}

function describeObject(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') {
    return undefined;
  }
  const { kind, metadata } = value as {
    readonly kind?: unknown;
    readonly metadata?: { readonly name?: unknown } | null;
  };
  return typeof kind === 'string' && typeof metadata?.name === 'string' ? `${kind} ${metadata.name}` : undefined;
}
