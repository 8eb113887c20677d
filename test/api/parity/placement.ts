/** Whole objects around one value. */
import { apiGroup, apiVersion } from '../../../constructs/api/kinds/kind.ts';
import type { KindDefinition } from '../../../constructs/api/kinds/kind.ts';
import type { StructuralSchema } from '../../../constructs/api/schema/structural.ts';
import { smallest } from './sample-values.ts';
import type { SchemaNode, SchemaStep } from './schema-walk.ts';

type Fields = Record<string, unknown>;

/** Field that stands for "this field, absent" in {@link objectAround}. */
export const absent = Symbol('absent');

/**
 * A whole object with `value` at a node and, around it, as little as schema and rules ask for. A sample of a rule stays
 * as it is (`asItIs`); other values get the companions that the rules ask for.
 */
export function objectAround(
  { kind, steps }: SchemaNode,
  value: unknown,
  { asItIs = false }: { readonly asItIs?: boolean } = {},
): Fields {
  const [, ...rest] = steps;
  const marker = Symbol('here');
  const around = settle(kind.spec, surround(kind.spec, rest, asItIs ? marker : value));
  const spec = asItIs ? replaced(around, marker, value) : around;
  return wholeObject(kind, spec === absent ? {} : { spec });
}

/** A copy with `value` where `marker` stands. */
function replaced(tree: unknown, marker: symbol, value: unknown): unknown {
  if (tree === marker) return value;
  if (Array.isArray(tree)) return tree.map((part) => replaced(part, marker, value));
  if (tree === null || typeof tree !== 'object') return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, replaced(part, marker, value)]));
}

/** An object of a kind with a good name. */
export function wholeObject(kind: KindDefinition, fields: Fields): Fields {
  return { apiVersion: `${apiGroup}/${apiVersion}`, kind: kind.kind, metadata: { name: 'sample' }, ...fields };
}

function surround(schema: StructuralSchema, [step, ...rest]: readonly SchemaStep[], value: unknown): unknown {
  if (step === undefined) return value;
  if (step === 'items') return [surround(partOf(schema.items), rest, value)];
  if (step === 'values') return { N0: surround(partOf(schema.additionalProperties), rest, value) };
  const around = smallest(schema) as Fields;
  const inner = surround(partOf(schema.properties?.[step.field]), rest, value);
  return Object.fromEntries(
    [...Object.entries(around).filter(([key]) => key !== step.field), [step.field, inner] as const].filter(
      ([, member]) => member !== absent,
    ),
  );
}

function partOf(schema: StructuralSchema | undefined): StructuralSchema {
  if (schema === undefined) throw new Error('the path leaves the schema');
  return schema;
}

/** Adds what rules ask for beside the placed value, so that a good value stands in a good object. */
function settle(schema: StructuralSchema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item) => settle(items, item)) : (value as unknown);
  }
  if (value === null || typeof value !== 'object') return value;
  const settled = Object.fromEntries(
    Object.entries(value as Fields).map(([key, member]) => {
      const part = schema.properties?.[key] ?? schema.additionalProperties;
      return [key, part ? settle(part, member) : member];
    }),
  );
  return { ...companions(schema, settled), ...settled };
}

interface Relation {
  readonly applies: (value: Fields) => boolean;
  /** Nothing is added where one of them is there. */
  readonly unless: readonly string[];
  /** The first one is added whose fields are not there, not even as null. */
  readonly added: readonly Fields[];
}

/** What the rules ask of fields that stand side by side. */
const relations: readonly Relation[] = [
  {
    applies: () => true,
    unless: ['provider', 'channel', 'env'],
    added: [{ provider: 'anthropic' }, { env: 'SAMPLE' }],
  },
  {
    applies: () => true,
    unless: ['cidr', 'to'],
    added: [{ cidr: '203.0.113.0/24' }, { to: { namespace: 'tools' } }],
  },
  { applies: ({ team }) => team !== undefined, unless: ['organization'], added: [{ organization: 'acme' }] },
  {
    applies: ({ replicas }) => Number(replicas) > 1,
    unless: ['separateMemories'],
    added: [{ separateMemories: true }],
  },
  {
    applies: ({ delivery }) => delivery === 'Rendered',
    unless: ['access'],
    added: [{ access: { tokenSecretRef: { name: 'token', key: 'token' } } }],
  },
  {
    applies: ({ operator }) => operator !== 'Exists',
    unless: ['key', 'tolerationSeconds'],
    added: [{ key: 'dedicated' }, { operator: 'Exists' }],
  },
  {
    applies: ({ tolerationSeconds }) => typeof tolerationSeconds === 'number',
    unless: ['effect'],
    added: [{ effect: 'NoExecute', key: 'dedicated' }],
  },
];

/** Only where the schema has all the fields of a relation. */
function companions({ properties = {} }: StructuralSchema, value: Fields): Fields {
  const missing = (name: string): boolean => properties[name] !== undefined && (value[name] ?? null) === null;
  const added = relations
    .filter(({ applies, unless }) => applies(value) && unless.every(missing))
    .map((relation) => relation.added.find((fields) => Object.keys(fields).every((name) => !(name in value))));
  return Object.assign({}, ...added) as Fields;
}
