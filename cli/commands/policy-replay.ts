/** `cellwright policy replay`: what recorded questions would be answered under the fleet as it is now. */
import { statSync } from 'node:fs';
import { suggest } from '../../constructs/api/validate/suggest.ts';
import { answers } from '../../files/policy/cases.ts';
import type { Answer } from '../../files/policy/cases.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { unreadable } from '../../files/read/read-text.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { showProblems } from '../output/problems.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { table } from '../output/table.ts';
import { openPolicy } from '../policy/fleet-policy.ts';
import { replay } from '../policy/replay.ts';
import type { Change, ReplaySummary } from '../policy/replay-summary.ts';
import { line, terminal } from '../terminal.ts';

/** Options of {@link policyReplay}. */
export interface ReplayOptions {
  readonly fleet: string;
  /** Audit bundles that are taken as if they decided. */
  readonly enforce: readonly string[];
  readonly output: OutputFormat;
}

/** Reads logs, decides what was asked once more, and tells what would change. */
export async function policyReplay(logs: readonly string[], options: ReplayOptions): Promise<ExitCode> {
  const problems = logs.flatMap(logProblems);
  if (problems.length > 0) {
    showProblems(terminal.err, problems);
    return exitCode.usage;
  }
  const policy = await openPolicy(options);
  if (policy === undefined) {
    return exitCode.failed;
  }
  const names = policy.fleet.bundles.map(({ name }) => name);
  const missing = options.enforce.find((name) => !names.includes(name));
  if (missing !== undefined) {
    const near = suggest(missing, names);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    line(terminal.err, `--enforce ${missing}: ${options.fleet} has no such bundle${hint}`);
    return exitCode.usage;
  }
  const summary = await replay(policy, logs);
  show(summary, options.output);
  if (summary.calls === 0) {
    line(terminal.err, nothingDecided(summary));
    return exitCode.usage;
  }
  return answers.some((answer) => summary.changesTo(answer).length > 0) ? exitCode.findings : exitCode.fine;
}

/** Found before the fleet is read; a pipe is as good as a file. */
function logProblems(log: string): LocatedProblem[] {
  try {
    const isFolder = log !== '-' && statSync(log).isDirectory();
    return isFolder ? [unreadable(log, { code: 'EISDIR' })] : [];
  } catch (error) {
    return [unreadable(log, error)];
  }
}

function show(summary: ReplaySummary, output: OutputFormat): void {
  if (output !== 'table') {
    const changes = answers.flatMap((answer) => summary.changesTo(answer));
    const { calls, unknownTenant, inexact, unreadable: lost } = summary;
    terminal.out.write(structured(output, { calls, unknownTenant, inexact, unreadable: lost, changes }));
    return;
  }
  for (const answer of ['deny', 'approve', 'allow'] as const) {
    showChanges(answer, summary.changesTo(answer));
  }
  line(terminal.out, `${counted(summary.calls, 'recorded call')} decided again`);
  for (const [calls, what] of [
    [summary.unknownTenant, 'of tenants that the fleet does not have: passed over'],
    [summary.inexact, 'recorded with a masked parameter or hashed person that a rule looks at: may differ in a cell'],
    [summary.unreadable, 'on lines that are cut off or no JSON: passed over'],
  ] as const) {
    if (calls > 0) {
      line(terminal.out, `${counted(calls, 'call')} ${what}`);
    }
  }
}

/** The wrong log, or the wrong fleet, must not look like a change that does no harm. */
function nothingDecided({ unknownTenant, unreadable: lost }: ReplaySummary): string {
  return unknownTenant + lost === 0
    ? 'there is no decision in the log: is it that of the container opa?'
    : 'nothing was decided again: is the log whole, and of a tenant of this fleet?';
}

const words = { allow: 'be allowed', approve: 'need approval', deny: 'be denied' } as const;
/** Rows that a person reads; the rest is in `-o json`. */
const mostRows = 40;

function showChanges(answer: Answer, changes: readonly Change[]): void {
  if (changes.length === 0) {
    return;
  }
  const tenants = new Set(changes.map(({ tenant }) => tenant)).size;
  const calls = changes.reduce((sum, change) => sum + change.calls, 0);
  line(terminal.out, `${counted(tenants, 'tenant')}, ${counted(calls, 'call')} would now ${words[answer]}\n`);
  const rows = changes
    .slice(0, mostRows)
    .map((change) => [
      change.tenant,
      String(change.calls),
      `${change.kind} ${change.name}`.trimEnd(),
      change.before,
      change.rule,
    ]);
  line(terminal.out, `${table(['TENANT', 'CALLS', 'QUESTION', 'WAS', 'BY'], rows)}\n`);
  if (changes.length > mostRows) {
    line(terminal.out, `and ${changes.length - mostRows} rows more; -o json has them all\n`);
  }
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
