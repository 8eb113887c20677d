/** The question that a command line asks. */
import { lacksName, questionKinds, questionProblems } from '../../files/policy/question.ts';
import type { PolicyInput } from '../../files/policy/question.ts';
import { readDocument } from '../../files/policy/read-document.ts';
import { showProblems } from '../output/problems.ts';
import { line, terminal } from '../terminal.ts';

/** Options that say what is asked. */
export interface QuestionFlags {
  readonly tenant: string;
  /** File with the question, `-` for standard input. */
  readonly input?: string;
  /** Short for a question of its own. */
  readonly tool?: string;
  readonly model?: string;
  /** What is asked about, with the fields below. */
  readonly kind?: string;
  readonly name?: string;
  readonly channel?: string;
  readonly requester?: string;
  readonly agent?: string;
}

/** The question, undefined when it is not one; what is wrong is then shown. */
export function askedQuestion(flags: QuestionFlags): PolicyInput | undefined {
  const { tenant, input, tool, model, kind, ...fields } = flags;
  if ([tool, model, kind, input].filter((way) => way !== undefined).length !== 1) {
    const each = '--tool NAME, --model PROVIDER/MODEL, --kind KIND with --name, --channel and such';
    return refuse(`name one question: ${each}, or --input FILE (- for standard input)`);
  }
  const given = Object.entries(fields);
  const named = given.find(([field]) => input !== undefined || (kind === undefined && field === 'name'));
  if (named !== undefined) {
    return refuse(
      `--${named[0]} is said twice: ${input === undefined ? 'leave it out' : 'write it into the question'}`,
    );
  }
  if (input !== undefined) {
    return readQuestion(input, tenant);
  }
  const asked = kind ?? (tool === undefined ? 'model' : 'tool');
  if (!questionKinds.some((known) => known === asked)) {
    return refuse(`--kind ${asked}: use one of ${questionKinds.join(', ')}`);
  }
  const name = tool ?? model;
  const fieldsAsked = { ...(name === undefined ? {} : { name }), ...Object.fromEntries(given) };
  return lacksName({ kind: asked, ...fieldsAsked })
    ? refuse(`--kind ${asked}: say which ${asked} by --name`)
    : ({ tenant, kind: asked, ...fieldsAsked } as PolicyInput);
}

function readQuestion(file: string, tenant: string): PolicyInput | undefined {
  const read = readDocument(file);
  if (read.document === undefined) {
    showProblems(terminal.err, read.problems);
    return undefined;
  }
  const { document } = read;
  const problems = questionProblems(document.value, '');
  const question = document.value as PolicyInput;
  if (problems.length === 0 && ![undefined, tenant].includes(question.tenant)) {
    const message = `the question is of tenant ${question.tenant}, --tenant names ${tenant}`;
    problems.push({ code: 'question.field', path: 'tenant', message, fix: 'leave it out of the question' });
  }
  if (problems.length > 0) {
    showProblems(
      terminal.err,
      problems.map((problem) => document.locate(problem)),
    );
    return undefined;
  }
  return { ...question, tenant };
}

function refuse(text: string): PolicyInput | undefined {
  line(terminal.err, text);
  return undefined;
}
