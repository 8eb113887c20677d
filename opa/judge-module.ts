/**
 * Everything that the real opa says of a bundle's Rego: `opa check`, what the module declares and reads, and whether its
 * rules come to an end in time. One function for the command, the runner and admission.
 */
import { runBounded } from './bounded-child.ts';
import { checkModules } from './check-modules.ts';
import type { OpaFinding } from './check-modules.ts';
import { moduleFolder } from './module-folder.ts';
import { OpaError } from './opa-error.ts';
import { outlineModule } from './outline-module.ts';
import type { RegoOutline } from './outline-module.ts';
import type { VerdictCache } from './verdict-cache.ts';

/** Milliseconds for one evaluation of a rule; a decision has one second in all. */
export const ruleBudgetMs = 1000;
/** Milliseconds for the process around it, its start included. */
const hardLimitMs = 10_000;

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
  /** @default - judged each time */
  readonly cache?: VerdictCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The verdict on one module.
 * @throws OpaError when opa itself fails, see `runBounded`
 */
export function judgeModule(options: JudgeOptions): Promise<ModuleVerdict> {
  const { cache, file, module, capabilities, rules } = options;
  const judge = (): Promise<ModuleVerdict> => verdictOf(options);
  return cache === undefined ? judge() : cache.of([file, module, capabilities, ...rules], judge);
}

async function verdictOf({ opa, file, module, capabilities, rules, signal }: JudgeOptions): Promise<ModuleVerdict> {
  const findings = await checkModules({ opa, modules: { [file]: module }, capabilities, signal });
  if (findings.length > 0) {
    return { findings };
  }
  const outline = await outlineModule({ opa, module, signal });
  const slow: string[] = [];
  for (const rule of rules) {
    if (!(await endsInTime({ opa, module, rule, signal }))) {
      slow.push(rule);
    }
  }
  return { outline, slow };
}

/** A question with every field, so that few rules end for want of one. */
const sample = {
  tenant: 'sample',
  kind: 'tool',
  name: 'sample',
  agent: 'main',
  session: 'agent:main:main',
  channel: 'sample',
  requester: 'sample:1',
  owner: false,
  params: { path: 'sample', text: 'sample', url: 'https://example.com/', command: 'sample' },
};

interface Evaluation {
  readonly opa: string;
  readonly module: string;
  readonly rule: string;
  readonly signal: AbortSignal | undefined;
}

/** Evaluates a rule once; what errors or is undefined has ended, too. */
async function endsInTime({ opa, module, rule, signal }: Evaluation): Promise<boolean> {
  await using folder = await moduleFolder({ 'module.rego': module });
  await using besides = await moduleFolder({ 'input.json': JSON.stringify(sample) });
  const args = ['eval', '--format=json', `--timeout=${ruleBudgetMs}ms`, `--data=${folder.path}/module.rego`];
  try {
    const { stdout, stderr } = await runBounded({
      command: opa,
      args: [...args, `--input=${besides.path}/input.json`, rule],
      timeoutMs: hardLimitMs,
      signal,
    });
    return !errorsIn(stdout, stderr).some((error) => error.code === 'eval_cancel_error');
  } catch (error) {
    // Some built-ins do not look at the time; then the process ends instead.
    if (error instanceof OpaError && error.code === 'opa.timeout') {
      return false;
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
