/** Whole objects around one value. */
import { apiGroup, apiVersion } from '../../../constructs/api/kinds/kind.ts';
import type { KindDefinition } from '../../../constructs/api/kinds/kind.ts';
import type { StructuralSchema } from '../../../constructs/api/schema/structural.ts';
import { smallest } from './sample-values.ts';
import type { SchemaNode, SchemaStep } from './schema-walk.ts';

type Fields = Record<string, unknown>;

/** Field that stands for "this field, absent" in {@link objectAround}. */
export const absent = Symbol('absent');

/** A whole object with `value` at a node and, around it, as little as schema and rules ask for. */
export function objectAround({ kind, steps }: SchemaNode, value: unknown): Fields {
  const [, ...rest] = steps;
  return wholeObject(kind, { spec: settle(kind.spec, surround(kind.spec, rest, value)) });
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
  const { [step.field]: _replaced, ...others } = around;
  return inner === absent ? others : { ...others, [step.field]: inner };
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

/** Companion fields by what a schema looks like: the fields that its rules relate. */
function companions({ properties = {} }: StructuralSchema, value: Fields): Fields {
  const lacks = (...names: string[]): boolean =>
    names.every((name) => properties[name] !== undefined && !(name in value));
  const has = (name: string): boolean => name in value;
  return {
    ...(lacks('provider', 'channel', 'env') ? { provider: 'anthropic' } : {}),
    ...(lacks('cidr', 'to') ? { cidr: '203.0.113.0/24' } : {}),
    ...(has('team') && lacks('organization') ? { organization: 'acme' } : {}),
    ...(Number(value['replicas']) > 1 && lacks('separateMemories') ? { separateMemories: true } : {}),
    ...(value['delivery'] === 'Rendered' && lacks('access')
      ? { access: { tokenSecretRef: { name: 'token', key: 'token' } } }
      : {}),
    ...(lacks('key', 'operator', 'effect') ? { key: 'dedicated', effect: 'NoExecute' } : {}),
    ...(has('value') && lacks('key', 'effect') ? { key: 'dedicated' } : {}),
    ...(has('effect') && lacks('key', 'operator') ? { key: 'dedicated' } : {}),
    ...(has('tolerationSeconds') && lacks('effect') ? { effect: 'NoExecute', key: 'dedicated' } : {}),
  };
}
