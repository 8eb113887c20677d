/** `cellwright policy explain`: which level says what of one question. */
import { suggest } from '../../constructs/api/validate/suggest.ts';
import type { PolicyInput } from '../../files/policy/question.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { table } from '../output/table.ts';
import { askedQuestion } from '../policy/asked-question.ts';
import type { QuestionFlags } from '../policy/asked-question.ts';
import { answerOf } from '../policy/decision.ts';
import { explain } from '../policy/explain.ts';
import type { Explained, LevelSays } from '../policy/explain.ts';
import { openPolicy } from '../policy/fleet-policy.ts';
import { line, styled, terminal } from '../terminal.ts';

/** Options of {@link policyExplain}. */
export interface ExplainOptions extends QuestionFlags {
  readonly fleet: string;
  readonly output: OutputFormat;
}

/** Answers one question of one tenant, level by level. */
export async function policyExplain({ fleet, output, ...flags }: ExplainOptions): Promise<ExitCode> {
  const question = askedQuestion(flags);
  if (question === undefined) {
    return exitCode.usage;
  }
  const policy = await openPolicy({ fleet });
  if (policy === undefined) {
    return exitCode.failed;
  }
  const tenant = policy.tenants.get(flags.tenant);
  if (tenant === undefined) {
    const near = suggest(flags.tenant, [...policy.tenants.keys()]);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    line(terminal.err, `--tenant ${flags.tenant}: ${fleet} has no such tenant${hint}`);
    return exitCode.usage;
  }
  const explained = await explain(policy, tenant, question);
  if (output === 'table') {
    show(question, explained);
  } else {
    terminal.out.write(structured(output, { question, answer: answerOf(explained.decision), ...explained }));
  }
  return explained.decision.allow ? exitCode.fine : exitCode.findings;
}

const verdicts = {
  allow: ['green', 'ALLOWED'],
  approve: ['yellow', 'NEEDS APPROVAL'],
  deny: ['red', 'DENIED'],
} as const;

function show(input: PolicyInput, { decision, levels, auditError }: Explained): void {
  const [colour, word] = verdicts[answerOf(decision)];
  const asked = [input.kind, input.name, input.channel, input.requester].filter((part) => part !== undefined);
  const answer = `${input.tenant}: ${asked.join(' ')}: ${styled(terminal.out, colour, word)}`;
  const header = ['LEVEL', 'BUNDLE', 'ENFORCEMENT', 'SAYS', 'BY'];
  const said = levels.length === 0 ? [] : [table(header, levels.flatMap(rowsOf))];
  const shown = new Set(levels.flatMap(({ denies, requiresApproval }) => [...denies, ...requiresApproval]));
  const audit = auditError === undefined ? [] : [`Rego of Audit bundles cannot be evaluated: ${auditError}`];
  const others = decision.reasons.filter((each) => !shown.has(each));
  line(terminal.out, [answer, ...said, ...others, ...audit].join('\n\n'));
}

/** One line for each thing that a level says; a level that says nothing has a line, too. */
function rowsOf({ level, bundle, enforcement, ...said }: LevelSays): string[][] {
  const origin = `${level}/${bundle}: `;
  const rule = (text: string): string => (text.startsWith(origin) ? text.slice(origin.length) : text);
  const audit = enforcement === 'Audit';
  const rows = [
    ...said.denies.map((text) => [audit ? 'would deny' : 'deny', rule(text)]),
    ...said.requiresApproval.map((text) => [audit ? 'would need approval' : 'approval', rule(text)]),
    ...said.allows.map((text) => [audit ? 'would allow' : 'allow', rule(text)]),
    ...said.grants.map((text) => ['grant', rule(text)]),
  ];
  return (rows.length === 0 ? [['', '']] : rows).map((row) => [level, bundle, enforcement, ...row]);
}
