/** Good and bad objects for one schema node: one pair at least for each of its keywords. */
import { patternOf } from '../../../constructs/api/schema/patterns.ts';
import type { StructuralSchema } from '../../../constructs/api/schema/structural.ts';
import { absent, objectAround } from './placement.ts';
import { entries, fits, members, smallest, textOfLength } from './sample-values.ts';
import { nodeName } from './schema-walk.ts';
import type { SchemaNode } from './schema-walk.ts';

/** An object and the verdict that both sides must give. */
export interface ParityCase {
  readonly name: string;
  readonly object: object;
  readonly good: boolean;
}

/** A value at the node. */
interface Probe {
  readonly what: string;
  readonly value: unknown;
  readonly good: boolean;
}

/** All cases of a node. */
export function nodeCases(node: SchemaNode): ParityCase[] {
  const probes = [...presence(node), ...byType(node.schema)];
  return probes.map(({ what, value, good }) => ({
    name: `${node.kind.kind} ${nodeName(node.steps)}: ${what}`,
    object: objectAround(node, value),
    good,
  }));
}

const good = (what: string, value: unknown): Probe => ({ what, value, good: true });
const bad = (what: string, value: unknown): Probe => ({ what, value, good: false });

/** Left out, and null, which counts as left out everywhere but in a list. */
function presence({ steps, required }: SchemaNode): Probe[] {
  const last = steps.at(-1);
  if (last === 'items') return [bad('null in a list', null)];
  if (last === 'values') return [good('null in a map', null)];
  return [
    { what: 'left out', value: absent, good: !required },
    { what: 'null', value: null, good: !required },
  ];
}

function byType(schema: StructuralSchema): Probe[] {
  switch (schema.type) {
    case 'string':
      return [bad('a number', 7), bad('a boolean', true), bad('an object', {}), bad('a list', []), ...texts(schema)];
    case 'integer':
    case 'number':
      return [bad('a text', '1'), bad('a fraction', 1.5), bad('a boolean', true), bad('a list', []), ...bounds(schema)];
    case 'boolean':
      return [good('true', true), good('false', false), bad('a text', 'true'), bad('a number', 1)];
    case 'object':
      return [bad('a text', 'x'), bad('a number', 1), bad('a list', []), ...objects(schema)];
    case 'array':
      return [bad('a text', 'x'), bad('an object', {}), bad('a boolean', false), ...lists(schema)];
  }
}

function texts(schema: StructuralSchema): Probe[] {
  if (schema.enum !== undefined) {
    return [...schema.enum.map((word) => good(word, word)), bad('another word', 'SomethingElse'), bad('empty', '')];
  }
  const pattern = schema.pattern === undefined ? undefined : patternOf(schema.pattern);
  const { minLength = 0, maxLength = 0 } = schema;
  const longest = textOfLength(schema, maxLength);
  return [
    ...(pattern?.good ?? ['any', ''])
      .filter((text) => fits(schema, text))
      .map((text) => good(JSON.stringify(text), text)),
    ...(pattern?.bad ?? []).map((text) => bad(JSON.stringify(text), text)),
    ...(minLength > 0 ? [bad('empty', '')] : []),
    ...(longest === undefined ? [] : [good('the greatest length', longest)]),
    bad('one too long', textOfLength(schema, maxLength + 1) ?? 'a'.repeat(maxLength + 1)),
  ];
}

function bounds({ minimum = 0, maximum = 0 }: StructuralSchema): Probe[] {
  return [
    good('the minimum', minimum),
    good('the maximum', maximum),
    bad('below the minimum', minimum - 1),
    bad('above the maximum', maximum + 1),
  ];
}

function objects(schema: StructuralSchema): Probe[] {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) {
    return [good('anything inside', { some: { thing: [1, null, 'x'] } })];
  }
  const { maxProperties } = schema;
  if (schema.additionalProperties !== undefined && maxProperties !== undefined) {
    return [
      good('empty', {}),
      good('as many members as may be', members(schema, maxProperties)),
      bad('one member too many', members(schema, maxProperties + 1)),
    ];
  }
  const plain = smallest(schema) as Record<string, unknown>;
  return [
    good('the smallest', plain),
    bad('an unknown field', { ...plain, unknownField: 1 }),
    bad('an unknown field that is null', { ...plain, unknownField: null }),
    bad('a field in another case', { ...plain, [Object.keys(schema.properties ?? {})[0]?.toUpperCase() ?? 'X']: 1 }),
  ];
}

function lists(schema: StructuralSchema): Probe[] {
  const { minItems = 0, maxItems = 0 } = schema;
  const words = schema.items?.enum?.length ?? Infinity;
  const most = Math.min(maxItems, words);
  const twice = [...entries(schema, 1), ...entries(schema, 1)];
  const unique = schema['x-kubernetes-list-type'] !== 'atomic';
  return [
    { what: 'empty', value: [], good: minItems === 0 },
    good('one entry', entries(schema, 1)),
    good('as many entries as may be', entries(schema, most)),
    bad('one entry too many', entries(schema, maxItems + 1)),
    ...(maxItems > 1 ? [{ what: 'the same entry twice', value: twice, good: !unique }] : []),
  ];
}
