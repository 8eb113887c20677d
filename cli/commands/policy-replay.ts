/** `cellwright policy replay`: what recorded questions would be answered under the fleet as it is now. */
import { suggest } from '../../constructs/api/validate/suggest.ts';
import { readDecisionLog } from '../../files/policy/decision-log.ts';
import type { RecordedDecision } from '../../files/policy/decision-log.ts';
import { answers } from '../../files/policy/cases.ts';
import { decideAll } from '../../opa/decide.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { table } from '../output/table.ts';
import { decisionQuery, failedDecision } from '../policy/decision.ts';
import type { Decision } from '../policy/decision.ts';
import { openPolicy } from '../policy/fleet-policy.ts';
import { ReplayedTenants } from '../policy/replayed-tenants.ts';
import { ReplaySummary } from '../policy/replay-summary.ts';
import type { FleetPolicy } from '../policy/fleet-policy.ts';
import { line, terminal } from '../terminal.ts';

/** Options of {@link policyReplay}. */
export interface ReplayOptions {
  readonly fleet: string;
  readonly enforce: readonly string[];
  readonly output: OutputFormat;
}

/** Different questions that opa decides in one run; also the bound on what is held of a log. */
const batchSize = 2000;

/** Reads logs line by line, decides what differs once, and tells what would change. */
export async function policyReplay(logs: readonly string[], options: ReplayOptions): Promise<ExitCode> {
  const policy = await openPolicy(options);
  if (policy === undefined) {
    return exitCode.findings;
  }
  const missing = options.enforce.find((name) => !policy.fleet.bundles.some((bundle) => bundle.name === name));
  if (missing !== undefined) {
    const near = suggest(
      missing,
      policy.fleet.bundles.map(({ name }) => name),
    );
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    line(terminal.err, `--enforce ${missing}: ${options.fleet} has no such bundle${hint}`);
    return exitCode.usage;
  }
  const tenants = new ReplayedTenants(policy);
  const summary = new ReplaySummary();
  const batch = new Map<string, Counted>();
  for (const log of logs) {
    for await (const recorded of readDecisionLog(log)) {
      if (!tenants.has(recorded.input.tenant)) {
        summary.unknownTenant += 1;
        continue;
      }
      if (tenants.hidesSomething(recorded)) {
        summary.inexact += 1;
      }
      count(batch, tenants.keyOf(recorded), recorded);
      if (batch.size >= batchSize) {
        await decide(batch, { policy, tenants, summary });
      }
    }
  }
  await decide(batch, { policy, tenants, summary });
  show(summary, options.output);
  return answers.some((answer) => summary.changesTo(answer).length > 0) ? exitCode.findings : exitCode.fine;
}

interface Counted {
  readonly recorded: RecordedDecision;
  calls: number;
}

function count(batch: Map<string, Counted>, key: string, recorded: RecordedDecision): void {
  const known = batch.get(key);
  if (known === undefined) {
    batch.set(key, { recorded, calls: 1 });
  } else {
    known.calls += 1;
  }
}

interface Replay {
  readonly policy: FleetPolicy;
  readonly tenants: ReplayedTenants;
  readonly summary: ReplaySummary;
}

async function decide(batch: Map<string, Counted>, { policy, tenants, summary }: Replay): Promise<void> {
  const asked = [...batch.values()];
  batch.clear();
  const names = [...new Set(asked.map(({ recorded }) => recorded.input.tenant))];
  const decisions = await decideAll<Decision>({
    opa: policy.opa,
    modules: policy.modules,
    policies: names.map((name) => tenants.policyOf(name)),
    questions: asked.map(({ recorded }) => ({ policy: names.indexOf(recorded.input.tenant), input: recorded.input })),
    query: decisionQuery,
    onError: failedDecision,
  });
  asked.forEach(({ recorded, calls }, index) => {
    summary.add(recorded, decisions[index] ?? failedDecision('no answer'), calls);
  });
}

const words = { allow: 'be allowed', approve: 'need approval', deny: 'be denied' } as const;

function show(summary: ReplaySummary, output: OutputFormat): void {
  if (output !== 'table') {
    const changes = answers.flatMap((answer) => summary.changesTo(answer));
    const { calls, unknownTenant, inexact } = summary;
    terminal.out.write(structured(output, { calls, unknownTenant, inexact, changes }));
    return;
  }
  for (const answer of ['deny', 'approve', 'allow'] as const) {
    const changes = summary.changesTo(answer);
    if (changes.length === 0) {
      continue;
    }
    const tenants = new Set(changes.map(({ tenant }) => tenant)).size;
    const calls = changes.reduce((sum, change) => sum + change.calls, 0);
    line(terminal.out, `${counted(tenants, 'tenant')}, ${counted(calls, 'call')} would now ${words[answer]}\n`);
    const rows = changes.map((change) => [
      change.tenant,
      String(change.calls),
      `${change.kind} ${change.name}`.trimEnd(),
      change.before,
      change.rule,
    ]);
    line(terminal.out, `${table(['TENANT', 'CALLS', 'QUESTION', 'WAS', 'BY'], rows)}\n`);
  }
  line(terminal.out, `${counted(summary.calls, 'recorded call')} decided again`);
  if (summary.unknownTenant > 0) {
    line(
      terminal.out,
      `${counted(summary.unknownTenant, 'call')} of tenants that the fleet does not have were passed over`,
    );
  }
  if (summary.inexact > 0) {
    line(
      terminal.out,
      `${counted(summary.inexact, 'call')} had masked parameters or hashed senders that a rule may look at: these answers may differ in a cell`,
    );
  }
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
