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
}

/** What a question can be about. */
export const questionKinds = ['tool', 'model', 'inbound', 'outbound', 'agent'] as const;

const fields = {
  tenant: 'string',
  kind: 'string',
  name: 'string',
  agent: 'string',
  session: 'string',
  channel: 'string',
  requester: 'string',
  owner: 'boolean',
  trigger: 'string',
  params: 'object',
} as const;

/** Everything that is wrong with a value as a question, paths below `base`. */
export function questionProblems(value: unknown, base: string): Problem[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [problem(base, 'a question is a mapping', `write for example kind: tool and name: read`)];
  }
  const at = (field: string): string => (base === '' ? field : `${base}.${field}`);
  const problems = Object.entries(value).flatMap(([field, member]: [string, unknown]) => {
    const wanted = (fields as Readonly<Record<string, string>>)[field];
    if (wanted === undefined) {
      const near = suggest(field, Object.keys(fields));
      const known = Object.keys(fields).join(', ');
      return [
        problem(
          at(field),
          'a question has no such field',
          near === undefined ? `use one of ${known}` : `write ${near}`,
        ),
      ];
    }
    return typeof member === wanted
      ? []
      : [problem(at(field), `${field} is a ${wanted}, got ${JSON.stringify(member)}`, `write a ${wanted}`)];
  });
  const { kind } = value as { readonly kind?: unknown };
  return (questionKinds as readonly unknown[]).includes(kind)
    ? problems
    : [
        ...problems,
        problem(
          at('kind'),
          `a question has a kind, got ${JSON.stringify(kind)}`,
          `write one of ${questionKinds.join(', ')}`,
        ),
      ];
}

function problem(path: string, message: string, fix: string): Problem {
  return { code: 'question.field', path, message, fix };
}
