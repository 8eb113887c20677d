/** `cellwright policy explain`: which level says what of one question. */
import { suggest } from '../../constructs/api/validate/suggest.ts';
import { questionProblems } from '../../files/policy/question.ts';
import type { PolicyInput } from '../../files/policy/question.ts';
import { readDocument } from '../../files/policy/read-document.ts';
import { decideAll } from '../../opa/decide.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { showProblems } from '../output/problems.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { table } from '../output/table.ts';
import { answerOf, failedDecision } from '../policy/decision.ts';
import type { Decision } from '../policy/decision.ts';
import { openPolicy } from '../policy/fleet-policy.ts';
import { line, styled, terminal } from '../terminal.ts';

/** Options of {@link policyExplain}. */
export interface ExplainOptions {
  readonly tenant: string;
  /** File with the question, `-` for standard input. */
  readonly input?: string;
  /** Short for a question of its own. */
  readonly tool?: string;
  readonly model?: string;
  readonly fleet: string;
  readonly output: OutputFormat;
}

interface LevelSays {
  readonly level: string;
  readonly bundle: string;
  readonly enforcement: string;
  readonly allows: readonly string[];
  readonly denies: readonly string[];
  readonly requiresApproval: readonly string[];
  readonly grants: readonly string[];
}

interface Explained {
  readonly decision: Decision;
  readonly levels: readonly LevelSays[];
}

/** Answers one question of one tenant, level by level. */
export async function policyExplain(options: ExplainOptions): Promise<ExitCode> {
  const question = questionOf(options);
  if (question === undefined) {
    return exitCode.usage;
  }
  const policy = await openPolicy(options);
  if (policy === undefined) {
    return exitCode.findings;
  }
  const tenant = policy.fleet.tenants.find(({ name }) => name === options.tenant);
  if (tenant === undefined) {
    const near = suggest(
      options.tenant,
      policy.fleet.tenants.map(({ name }) => name),
    );
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    line(terminal.err, `--tenant ${options.tenant}: ${options.fleet} has no such tenant${hint}`);
    return exitCode.usage;
  }
  const input = { ...question, tenant: tenant.name };
  const [explained] = await decideAll<Explained>({
    opa: policy.opa,
    modules: policy.modules,
    policies: [policy.policyOf(tenant)],
    questions: [{ policy: 0, input }],
    query: '{"decision": data.cellwright.decision, "levels": data.cellwright.explanation}',
    onError: (message) => ({ decision: failedDecision(message), levels: [] }),
  });
  if (explained === undefined) {
    throw new Error('opa gave no value for a question');
  }
  show({ input, ...explained }, options.output);
  return explained.decision.allow ? exitCode.fine : exitCode.findings;
}

function questionOf({ input, tool, model }: ExplainOptions): Omit<PolicyInput, 'tenant'> | undefined {
  const given = [input, tool, model].filter((option) => option !== undefined);
  if (given.length !== 1) {
    line(
      terminal.err,
      'name one question: --tool NAME, --model PROVIDER/MODEL, or --input FILE (- for standard input)',
    );
    return undefined;
  }
  if (input === undefined) {
    return tool === undefined ? { kind: 'model', name: model ?? '' } : { kind: 'tool', name: tool };
  }
  const read = readDocument(input);
  const problems =
    read.document === undefined
      ? read.problems
      : questionProblems(read.document.value, '').map((problem) => read.document.locate(problem));
  if (read.document === undefined || problems.length > 0) {
    showProblems(terminal.err, problems);
    return undefined;
  }
  return read.document.value as Omit<PolicyInput, 'tenant'>;
}

const verdicts = {
  allow: ['green', 'ALLOWED'],
  approve: ['yellow', 'NEEDS APPROVAL'],
  deny: ['red', 'DENIED'],
} as const;

function show({ input, decision, levels }: Explained & { input: PolicyInput }, output: OutputFormat): void {
  if (output !== 'table') {
    terminal.out.write(structured(output, { question: input, decision, levels }));
    return;
  }
  const [colour, word] = verdicts[answerOf(decision)];
  const asked = [input.kind, input.name, input.channel, input.requester].filter((part) => part !== undefined);
  line(terminal.out, `${input.tenant}: ${asked.join(' ')}: ${styled(terminal.out, colour, word)}\n`);
  line(terminal.out, table(['LEVEL', 'BUNDLE', 'ENFORCEMENT', 'SAYS', 'BY'], levels.flatMap(rowsOf)));
  const shown = new Set(levels.flatMap(({ denies, requiresApproval }) => [...denies, ...requiresApproval]));
  const others = decision.reasons.filter((reason) => !shown.has(reason));
  for (const reason of others) {
    line(terminal.out, `\n${reason}`);
  }
}

/** One line for each thing that a level says; a level that says nothing has a line, too. */
function rowsOf({ level, bundle, enforcement, ...said }: LevelSays): string[][] {
  const origin = `${level}/${bundle}: `;
  const rule = (text: string): string => (text.startsWith(origin) ? text.slice(origin.length) : text);
  const rows = [
    ...said.denies.map((text) => ['deny', rule(text)]),
    ...said.requiresApproval.map((text) => ['approval', rule(text)]),
    ...said.allows.map((text) => ['allow', rule(text)]),
    ...said.grants.map((text) => ['grant', rule(text)]),
  ];
  return (rows.length === 0 ? [['', '']] : rows).map((row) => [level, bundle, enforcement, ...row]);
}
