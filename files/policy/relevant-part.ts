/**
 * What of a question can make a difference. Logs hold many questions that differ in what no rule reads; decided is each
 * different part once. A test holds this against the library in the real opa.
 */
import type { PolicyInput } from './question.ts';

/** Steps from a question to one of its fields; without steps, all of it. */
export type FieldPath = readonly string[];

/** Fields that the library itself reads (policy/subjects.rego), by what is asked. */
export function libraryFields({ kind, name }: PolicyInput): readonly FieldPath[] {
  const always = [['tenant'], ['kind'], ['name']];
  switch (kind) {
    case 'tool':
      return [...always, ...toolFields(name)];
    case 'inbound':
      return [...always, ['channel'], ['requester']];
    case 'outbound':
      return [...always, ['channel']];
    default:
      return always;
  }
}

/** Only tools that speak to somebody are asked about more than their name. */
function toolFields(name: string | undefined): readonly FieldPath[] {
  switch (name) {
    case 'sessions_send':
    case 'sessions_spawn':
      return [['agent'], ['params', 'agentId'], ['params', 'sessionKey']];
    case 'message':
      return [['channel'], ['params', 'channel'], ['params', 'target'], ['params', 'to']];
    default:
      return [];
  }
}

/** A question with the fields that are named and no others; what lies around a field stays as it is. */
export function partOf(question: PolicyInput, paths: readonly FieldPath[]): PolicyInput {
  return pick(question, paths) as PolicyInput;
}

function pick(value: unknown, paths: readonly FieldPath[]): unknown {
  const isMapping = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isMapping || paths.some((path) => path.length === 0)) {
    return value;
  }
  const byField = new Map<string, FieldPath[]>();
  for (const [field = '', ...rest] of paths) {
    byField.set(field, [...(byField.get(field) ?? []), rest]);
  }
  // In the order of the paths, so that equal parts have equal texts.
  return Object.fromEntries(
    [...byField]
      .filter(([field]) => Object.hasOwn(value, field))
      .map(([field, rest]) => [field, pick((value as Readonly<Record<string, unknown>>)[field], rest)]),
  );
}
