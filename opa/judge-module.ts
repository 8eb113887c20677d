/**
 * Everything that the real opa says of a bundle's Rego: `opa check`, what the module declares and reads, and whether its
 * rules come to an end in time. One function for the command, the runner and admission.
 */
import { runBounded } from './bounded-child.ts';
import { checkModules } from './check-modules.ts';
import type { OpaFinding } from './check-modules.ts';
import { verdictRoom } from './child-room.ts';
import { moduleFolder } from './module-folder.ts';
import { OpaError } from './opa-error.ts';
import type { OpaErrorCode } from './opa-error.ts';
import { outlineModule } from './outline-module.ts';
import type { RegoOutline } from './rego-outline.ts';
import type { VerdictCache } from './verdict-cache.ts';

/** Milliseconds for one rule on the sample questions; a decision in a cell has one second in all. */
const ruleBudgetMs = 2000;
/** Milliseconds for the process around it: its start, and the compilation of 256 KB. */
const processMs = 8000;

/** Errors by which a module shows that it is too much for opa. */
const bounds: ReadonlySet<OpaErrorCode> = new Set(['opa.output', 'opa.timeout', 'opa.memory']);

/** What opa saw: errors, or else what is in the module and which of its rules take too long. */
export type ModuleVerdict =
  { readonly findings: readonly OpaFinding[] } | { readonly outline: RegoOutline; readonly slow: readonly string[] };

/** What is judged, and by what. */
export interface JudgeOptions {
  readonly opa: string;
  /** File name of the module. */
  readonly file: string;
  readonly module: string;
  /** Built-ins that may be used, as `opa capabilities` prints them. */
  readonly capabilities: string;
  /** Rules that are evaluated, as references into data. */
  readonly rules: readonly string[];
  /** Milliseconds for each rule. @default 2000 */
  readonly budgetMs?: number;
  /** @default - judged each time */
  readonly cache?: VerdictCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The verdict on one module.
 * @throws OpaError when opa itself fails, see `runBounded`
 */
export async function judgeModule(options: JudgeOptions): Promise<ModuleVerdict> {
  const { cache, file, module, capabilities, rules, budgetMs = ruleBudgetMs } = options;
  const find = (): Promise<ModuleVerdict> => verdictOf({ ...options, budgetMs });
  const texts = [file, module, capabilities, String(budgetMs), ...rules];
  try {
    return await (cache === undefined ? find() : cache.known({ texts, find, isValue: isVerdict, isKept }));
  } catch (error) {
    if (error instanceof OpaError && bounds.has(error.code)) {
      // The module's own doing, and not kept: a machine that has more time may come to an end.
      const message = 'opa needs more time or room for it than any bundle should';
      return { findings: [{ file, row: 1, column: 1, code: 'opa_limit', message }] };
    }
    throw error;
  }
}

/** What took too long here may come to an end elsewhere, or when less is going on. */
function isKept(found: ModuleVerdict): boolean {
  return !('slow' in found) || found.slow.length === 0;
}

/** What was kept is ours by its name; a file that somebody else put there must not end a command in a defect. */
function isVerdict(kept: unknown): kept is ModuleVerdict {
  const { findings, outline, slow } = (kept ?? {}) as Partial<Record<string, unknown>>;
  const { rules, dataReferences } = (outline ?? {}) as Partial<Record<string, unknown>>;
  return Array.isArray(findings) || [rules, dataReferences, slow].every(Array.isArray);
}

async function verdictOf(options: JudgeOptions & { readonly budgetMs: number }): Promise<ModuleVerdict> {
  const { opa, file, module, capabilities, rules, budgetMs, signal } = options;
  const findings = await checkModules({ opa, modules: { [file]: module }, capabilities, room: verdictRoom, signal });
  if (findings.length > 0) {
    return { findings };
  }
  // One after the other: there is room for one child (child-room.ts).
  const outline = await outlineModule({ opa, module, signal });
  const slow = await slowRules({ opa, module, budgetMs, signal }, rules);
  return { outline, slow };
}

/** Mostly none is slow, and one process says so of all; which one is, each says by itself. */
async function slowRules(evaluation: Evaluation, rules: readonly string[]): Promise<string[]> {
  if ((await evaluate(evaluation, rules)) === 'fine') {
    return [];
  }
  const slow: string[] = [];
  for (const rule of rules) {
    if ((await evaluate(evaluation, [rule])) === 'late') {
      slow.push(rule);
    }
  }
  return slow;
}

/** A question of each kind with every field, and a policy: few rules then end for want of something to look at. */
const questions = ['tool', 'model', 'inbound', 'outbound', 'agent'].map((kind) => ({
  tenant: 'sample',
  kind,
  name: 'sample:1',
  agent: 'main',
  session: 'agent:main:main',
  channel: 'sample',
  requester: 'sample:1',
  owner: false,
  trigger: 'sample',
  params: { path: 'sample', text: 'sample', url: 'https://example.com/', command: 'sample' },
}));
const policy = { tenant: 'sample', revision: 'sample', log: { maskKeys: [], hashSenders: false }, levels: [] };

interface Evaluation {
  readonly opa: string;
  readonly module: string;
  readonly budgetMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Evaluates rules once for each question. `failed` is an end, too, though of the rule that failed alone: others may not have
 * been reached.
 */
async function evaluate(
  { opa, module, budgetMs, signal }: Evaluation,
  rules: readonly string[],
): Promise<'fine' | 'failed' | 'late'> {
  await using loaded = await moduleFolder({ 'module.rego': module, 'data.json': JSON.stringify({ policy }) });
  await using besides = await moduleFolder({ 'input.json': JSON.stringify(questions) });
  const args = ['eval', '--format=json', `--timeout=${budgetMs}ms`, `--data=${loaded.path}`];
  // A comprehension each: a rule that is undefined keeps no other from being evaluated.
  const each = rules.map((rule) => `[v | some q in input; v := ${rule} with input as q]`);
  try {
    const { stdout, stderr } = await runBounded({
      command: opa,
      args: [...args, `--input=${besides.path}/input.json`, `[${each.join(', ')}]`],
      timeoutMs: budgetMs + processMs,
      room: verdictRoom,
      signal,
    });
    const errors = errorsIn(stdout, stderr);
    return errors.some(({ code }) => code === 'eval_cancel_error') ? 'late' : errors.length > 0 ? 'failed' : 'fine';
  } catch (error) {
    // Some built-ins do not look at the time; then the process ends instead.
    if (error instanceof OpaError && error.code === 'opa.timeout') {
      return 'late';
    }
    throw error;
  }
}

function errorsIn(stdout: string, stderr: string): readonly { readonly code?: string }[] {
  try {
    return (JSON.parse(stdout) as { readonly errors?: { readonly code?: string }[] }).errors ?? [];
  } catch (cause) {
    throw new OpaError('opa.failed', `opa eval printed no report: ${(stdout + stderr).slice(0, 500)}`, cause);
  }
}
