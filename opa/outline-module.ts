/** What a Rego module declares and reads, as the real `opa parse` sees it. */
import { runBounded } from './bounded-child.ts';
import { findingsOf } from './check-modules.ts';
import { moduleFolder } from './module-folder.ts';
import { OpaError } from './opa-error.ts';

/** One place in a module, one-based. */
export interface RegoPlace {
  readonly row: number;
  readonly column: number;
}

/** One rule. */
export interface RegoRule extends RegoPlace {
  readonly name: string;
  /** Whether it adds to a set: `name contains member`. */
  readonly addsToSet: boolean;
}

/** One use of the data document or the question, imports included. */
export interface RootReference extends RegoPlace {
  /** Constant steps after the root, up to the first that is not constant; empty for all of it. */
  readonly path: readonly string[];
}

/** Rules and what they read from outside, in the order of the text. */
export interface RegoOutline {
  readonly rules: readonly RegoRule[];
  readonly dataReferences: readonly RootReference[];
  /** What of the question is read. */
  readonly inputReferences: readonly RootReference[];
}

/** What is outlined. */
export interface OutlineOptions {
  readonly opa: string;
  readonly module: string;
  readonly signal?: AbortSignal | undefined;
}

/** Characters of a syntax tree; 256 KB of ordinary Rego were measured to make 16 to 54 million. */
const maxTree = 2 ** 26;
/** Such a tree takes half a second; opa takes minutes to print one that is 4,000 brackets deep. */
const treeMs = 10_000;

/**
 * The outline of a module that `checkModules` accepts.
 * @throws OpaError `opa.failed` when opa cannot parse it, see also `runBounded`
 */
export async function outlineModule({ opa, module, signal }: OutlineOptions): Promise<RegoOutline> {
  await using folder = await moduleFolder({ 'module.rego': module });
  const { code, stdout, stderr } = await runBounded({
    command: opa,
    args: ['parse', '--format=json', '--json-include=locations', `${folder.path}/module.rego`],
    maxOutput: maxTree,
    timeoutMs: treeMs,
    signal,
  });
  if (code !== 0) {
    const [first] = findingsOf(stderr + stdout);
    throw new OpaError('opa.failed', `opa parse: line ${first?.row ?? 0}: ${first?.message ?? 'unknown'}`);
  }
  const { rules = [], imports = [] } = JSON.parse(stdout) as Module;
  return {
    rules: rules.map(ruleOf),
    dataReferences: referencesIn([imports, rules], 'data'),
    inputReferences: referencesIn([imports, rules], 'input'),
  };
}

interface Located {
  readonly location?: { readonly row: number; readonly col: number };
}
interface Term extends Located {
  readonly type: string;
  readonly value: unknown;
}
interface Rule {
  readonly head: Located & {
    readonly name?: string;
    readonly key?: Term;
    readonly value?: Term;
    readonly ref?: Term[];
  };
}
interface Module {
  readonly rules?: readonly Rule[];
  readonly imports?: readonly unknown[];
}

function placeOf({ location }: Located): RegoPlace {
  return { row: location?.row ?? 0, column: location?.col ?? 0 };
}

function ruleOf({ head }: Rule): RegoRule {
  const { name, key, value, ref = [] } = head;
  return {
    name: name ?? String(ref[0]?.value),
    addsToSet: key !== undefined && value === undefined && ref.length === 1,
    ...placeOf(head),
  };
}

type Root = 'data' | 'input';

/** Walks the syntax tree; a root alone is a variable there, with steps the head of a reference. */
function referencesIn(node: unknown, root: Root): RootReference[] {
  if (Array.isArray(node)) {
    return node.flatMap((member: unknown) => referencesIn(member, root));
  }
  if (node === null || typeof node !== 'object') {
    return [];
  }
  const term = node as Term;
  if (term.type === 'ref' && isRoot((term.value as readonly Term[])[0], root)) {
    const [head, ...steps] = term.value as readonly Term[];
    return [{ path: constantSteps(steps), ...placeOf(head as Term) }, ...referencesIn(steps, root)];
  }
  return isRoot(term, root)
    ? [{ path: [], ...placeOf(term) }]
    : Object.values(node).flatMap((member: unknown) => referencesIn(member, root));
}

function isRoot(term: Term | undefined, root: Root): boolean {
  return term?.type === 'var' && term.value === root;
}

function constantSteps(steps: readonly Term[]): string[] {
  const end = steps.findIndex(({ type }) => type !== 'string');
  return steps.slice(0, end === -1 ? steps.length : end).map(({ value }) => value as string);
}
