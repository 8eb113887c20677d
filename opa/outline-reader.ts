/** The outline of a module out of its syntax tree as `opa parse` prints it, while it is printed: nothing else of the tree is kept. */
import { JsonTokens } from './json-tokens.ts';
import { OpaError } from './opa-error.ts';
import type { RegoOutline, RegoPlace, RegoRule, RootReference } from './rego-outline.ts';

type Root = 'data' | 'input';

/** The variable of a root; what becomes of it depends on what it stands in. */
interface RootUse extends RegoPlace {
  readonly root: Root;
  /** Constant steps after it so far. */
  readonly path: string[];
  /** A step that is not constant ends them. */
  isOpen: boolean;
}

/** An object or list that has begun and not ended. */
interface Frame {
  readonly isArray: boolean;
  /** Name of the member that it is in the object around it; empty in a list. */
  readonly name: string;
  /** Name of the member that comes next. */
  key: string;
  /** Members that a list had so far. */
  members: number;
  readonly scalars: Map<string, string>;
  place: RegoPlace;
  /** A root that stands first in it, or in the list that is its value. */
  first: RootUse | undefined;
  /** What the head of a rule has. */
  readonly head: { readonly keys: Set<string>; steps: number; ref: string } | undefined;
}

const nowhere: RegoPlace = { row: 0, column: 0 };
/** Members of a module that are looked through; comments and annotations read nothing. */
const sections: ReadonlySet<string> = new Set(['imports', 'rules']);
/** Members whose text matters. */
const scalars: ReadonlySet<string> = new Set(['type', 'value', 'name', 'row', 'col']);

/** See above. */
export class OutlineReader {
  readonly #tokens: JsonTokens;
  readonly #frames: Frame[] = [];
  readonly #rules: RegoRule[] = [];
  readonly #references: Record<Root, RootReference[]> = { data: [], input: [] };
  #modules = 0;

  constructor() {
    this.#tokens = new JsonTokens({
      open: (isArray) => this.#open(isArray),
      close: () => this.#close(),
      key: (json) => this.#key(json),
      scalar: (json) => this.#scalar(json),
    });
  }

  /** The next piece of what opa prints. */
  push(piece: string): void {
    this.#tokens.push(piece);
  }

  /**
   * What was found, in the order of the text.
   * @throws OpaError `opa.failed` when what came is no syntax tree, or not all of one
   */
  end(): RegoOutline {
    if (this.#modules !== 1 || this.#frames.length > 0)
      throw new OpaError('opa.failed', 'opa parse printed no syntax tree');
    const { data, input } = this.#references;
    return {
      rules: this.#rules,
      dataReferences: data.sort(byPlace),
      inputReferences: input.sort(byPlace),
    };
  }

  #open(isArray: boolean): void {
    const around = this.#frames.at(-1);
    const name = around?.key ?? '';
    const isHead = this.#frames.length === 3 && this.#section === 'rules' && name === 'head';
    this.#frames.push({
      isArray,
      name,
      key: '',
      members: 0,
      scalars: new Map(),
      place: nowhere,
      first: undefined,
      head: isHead ? { keys: new Set(), steps: 0, ref: '' } : undefined,
    });
  }

  /** The member of the module that is read. */
  get #section(): string {
    return this.#frames[0]?.key ?? '';
  }

  #key(json: string): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    frame.key = decoded(json);
    frame.head?.keys.add(frame.key);
  }

  #scalar(json: string): void {
    const frame = this.#frames.at(-1);
    if (frame?.isArray === false && scalars.has(frame.key)) frame.scalars.set(frame.key, json);
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) throw new OpaError('opa.failed', 'opa parse printed no syntax tree');
    const around = this.#frames.at(-1);
    if (around === undefined) this.#modules += 1;
    else if (frame.isArray) this.#closeList(frame, around);
    else this.#closeObject(frame, around);
    if (around?.isArray === true) around.members += 1;
  }

  /** Whether its first member is the head of a reference, only the object whose value it is can tell. */
  #closeList(list: Frame, around: Frame): void {
    if (around.head !== undefined && list.name === 'ref') around.head.steps = list.members;
    if (!around.isArray && list.name === 'value') around.first = list.first;
    else this.#alone(list.first);
    if (around.first !== undefined && around.isArray) around.first.isOpen = false;
  }

  #closeObject(term: Frame, around: Frame): void {
    if (term.name === 'location') {
      around.place = { row: numberOf(term, 'row'), column: numberOf(term, 'col') };
      return;
    }
    if (term.head !== undefined) this.#rules.push(ruleOf(term, term.head));
    const type = textOf(term, 'type');
    if (type === 'ref') this.#refer(term.first);
    else this.#alone(term.first);
    const root = type === 'var' ? rootNamed(textOf(term, 'value')) : undefined;
    const use = root && { root, path: [], isOpen: true, ...term.place };
    if (around.isArray) this.#member(term, use, around);
    else this.#alone(use);
  }

  #member(term: Frame, use: RootUse | undefined, list: Frame): void {
    if (list.members === 0) {
      list.first = use;
      const above = this.#frames.at(-2);
      if (list.name === 'ref' && above?.head !== undefined) above.head.ref = textOf(term, 'value');
      return;
    }
    if (list.first?.isOpen === true) {
      if (textOf(term, 'type') === 'string') list.first.path.push(textOf(term, 'value'));
      else list.first.isOpen = false;
    }
    this.#alone(use);
  }

  /** A root without steps: all of it. */
  #alone(use: RootUse | undefined): void {
    if (use !== undefined) this.#refer({ ...use, path: [] });
  }

  #refer(use: RootUse | undefined): void {
    if (use === undefined || !sections.has(this.#section)) return;
    const { root, path, row, column } = use;
    this.#references[root].push({ path, row, column });
  }
}

function ruleOf(frame: Frame, { keys, steps, ref }: NonNullable<Frame['head']>): RegoRule {
  return {
    name: keys.has('name') ? textOf(frame, 'name') : ref,
    addsToSet: keys.has('key') && !keys.has('value') && steps === 1,
    ...frame.place,
  };
}

function rootNamed(name: string): Root | undefined {
  return name === 'data' || name === 'input' ? name : undefined;
}

function decoded(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch (cause) {
    throw new OpaError('opa.failed', 'opa parse printed no JSON', cause);
  }
}

/** Empty where it has none; decoded, so that it does not hold the piece that it was cut out of. */
function textOf({ scalars: texts }: Frame, name: string): string {
  return decoded(texts.get(name) ?? '""');
}

function numberOf(frame: Frame, name: string): number {
  return Number(textOf(frame, name));
}

function byPlace(left: RegoPlace, right: RegoPlace): number {
  return left.row - right.row || left.column - right.column;
}
