/** A question to policy as a person writes it, in YAML or JSON. */
import { suggest } from '../../constructs/api/validate/suggest.ts';
import type { Problem } from '../../constructs/api/problem.ts';

/** What is asked, in the form in which the guard asks it. */
export interface PolicyInput {
  readonly tenant: string;
  readonly kind: (typeof questionKinds)[number];
  readonly name?: string;
  readonly agent?: string;
  readonly session?: string;
  readonly channel?: string;
  readonly requester?: string;
  readonly owner?: boolean;
  readonly trigger?: string;
  readonly params?: unknown;
  readonly toolKind?: string;
  readonly paths?: readonly string[];
}

/** What a question can be about. */
export const questionKinds = ['tool', 'model', 'inbound', 'outbound', 'agent'] as const;

/** Kinds of which nothing can be asked without a name: the answer would be a no to a question that nobody has. */
const namedKinds: readonly unknown[] = ['tool', 'model', 'agent'];

/** Whether the name is missing that a question of this kind is about. */
export function lacksName({ kind, name }: { readonly kind?: unknown; readonly name?: unknown }): boolean {
  return namedKinds.includes(kind) && (name === undefined || name === '');
}

const shapes = {
  text: { is: (value: unknown) => typeof value === 'string', fix: 'write a text, in quotes' },
  flag: { is: (value: unknown) => typeof value === 'boolean', fix: 'write true or false' },
  mapping: {
    is: (value: unknown) => value !== null && typeof value === 'object' && !Array.isArray(value),
    fix: 'write a mapping',
  },
  list: {
    is: (value: unknown) => Array.isArray(value) && value.every((member) => typeof member === 'string'),
    fix: 'write a list of texts',
  },
} as const;

const fields: Readonly<Record<keyof PolicyInput, keyof typeof shapes>> = {
  tenant: 'text',
  kind: 'text',
  name: 'text',
  agent: 'text',
  session: 'text',
  channel: 'text',
  requester: 'text',
  owner: 'flag',
  trigger: 'text',
  params: 'mapping',
  toolKind: 'text',
  paths: 'list',
};

/** Everything that is wrong with a value as a question, paths below `base`. */
export function questionProblems(value: unknown, base: string): Problem[] {
  if (!shapes.mapping.is(value)) {
    return [problem(base, 'a question is a mapping', 'write for example kind: tool and name: read')];
  }
  const question = value as Readonly<Record<string, unknown>>;
  const at = (field: string): string => (base === '' ? field : `${base}.${field}`);
  const problems = Object.entries(question).flatMap(([field, member]) =>
    field === 'kind' ? [] : fieldProblems(at(field), field, member),
  );
  const { kind } = question;
  if (lacksName(question)) {
    problems.push(
      problem(at('name'), `a question about ${kind === 'agent' ? 'an' : 'a'} ${String(kind)} names it`, 'add name'),
    );
  }
  return (questionKinds as readonly unknown[]).includes(kind)
    ? problems
    : [
        problem(
          at('kind'),
          `a question has a kind, got ${kind === undefined ? 'none' : JSON.stringify(kind)}`,
          `write one of ${questionKinds.join(', ')}`,
        ),
        ...problems,
      ];
}

function fieldProblems(path: string, field: string, member: unknown): Problem[] {
  if (!Object.hasOwn(fields, field)) {
    const known = Object.keys(fields);
    const near = suggest(field, known);
    const fix = near === undefined ? `use one of ${known.join(', ')}` : `write ${near}`;
    return [problem(path, 'a question has no such field', fix)];
  }
  const shape = fields[field as keyof PolicyInput];
  const { is, fix } = shapes[shape];
  return is(member) ? [] : [problem(path, `${field} is a ${shape}, got ${JSON.stringify(member)}`, fix)];
}

function problem(path: string, message: string, fix: string): Problem {
  return { code: 'question.field', path, message, fix };
}
