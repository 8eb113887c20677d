/** Which of several forms a value was meant to have, told from how it fails each of them. */
import type { Errors } from 'typebox/schema';

/** One error of the schema check. */
export type SchemaError = ReturnType<typeof Errors>[1][number];

/**
 * Of each `anyOf` and `oneOf` that failed, only the errors of the alternatives that come nearest: those with the fewest
 * values of another kind (type, constant, word of a list), and of several without any, the one with the fewest errors.
 */
export function nearestAlternatives(errors: readonly SchemaError[]): SchemaError[] {
  const choices = errors
    .filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
    // The inner ones first: what is left of them decides how near the outer alternatives are.
    .sort((a, b) => b.schemaPath.length - a.schemaPath.length || b.instancePath.length - a.instancePath.length);
  return choices.reduce<SchemaError[]>(narrow, [...errors]);
}

function narrow(errors: readonly SchemaError[], choice: SchemaError): SchemaError[] {
  const prefix = `${choice.schemaPath}/${choice.keyword}/`;
  const isInside = ({ schemaPath, instancePath }: SchemaError): boolean =>
    schemaPath.startsWith(prefix) && isAtOrBelow(instancePath, choice.instancePath);
  const alternatives = [
    ...Map.groupBy(errors.filter(isInside), ({ schemaPath }) => schemaPath.slice(prefix.length).split('/')[0]).values(),
  ];
  if (alternatives.length === 0) {
    return [...errors];
  }
  const kept = new Set(nearest(alternatives).flat());
  return errors.filter((error) => error !== choice && (!isInside(error) || kept.has(error)));
}

function nearest(alternatives: readonly SchemaError[][]): readonly SchemaError[][] {
  const fewest = Math.min(...alternatives.map(otherKinds));
  const candidates = alternatives.filter((errors) => otherKinds(errors) === fewest);
  if (fewest > 0) {
    return candidates;
  }
  return [candidates.reduce((best, errors) => (errors.length < best.length ? errors : best))];
}

const kindKeywords = new Set<string>(['type', 'const', 'enum']);

/** Places, not errors: a constant that fits none of four alternatives is one value of another kind. */
function otherKinds(errors: readonly SchemaError[]): number {
  const wrong = errors.filter(({ keyword }) => kindKeywords.has(keyword));
  return new Set(wrong.map(({ instancePath }) => instancePath)).size;
}

function isAtOrBelow(pointer: string, base: string): boolean {
  return pointer === base || pointer.startsWith(`${base}/`);
}
