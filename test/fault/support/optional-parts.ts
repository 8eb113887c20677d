/** The parts of a spec that may come and go, from the definition of its kind: whatever is added there is among them. */
import { kindNamed } from '../../../constructs/api/kinds/registry.ts';
import type { StructuralSchema } from '../../../constructs/api/schema/structural.ts';
import type { TenantGatewaySpec } from '../../../constructs/api/types.gen.ts';

/**
 * Every field that may be left out, as its path, and every value of one that has a closed list of them, as `path=value`; `[]` is an entry
 * of a list, `{}` of a map.
 */
export function optionalParts(): string[] {
  return partsBelow(specSchema(), '');
}

/** Those that a spec has; an empty list or map is as good as none. */
export function partsOf(spec: TenantGatewaySpec): Set<string> {
  return new Set(presentBelow(specSchema(), spec, ''));
}

function specSchema(): StructuralSchema {
  const schema = kindNamed('TenantGateway')?.spec;
  if (schema === undefined) throw new Error('TenantGateway has no spec');
  return schema;
}

function partsBelow(schema: StructuralSchema, path: string): string[] {
  const { properties = {}, required = [], items, additionalProperties, enum: choices = [] } = schema;
  return [
    ...choices.map((choice) => `${path}=${choice}`),
    ...(items === undefined ? [] : partsBelow(items, `${path}[]`)),
    ...(additionalProperties === undefined ? [] : partsBelow(additionalProperties, `${path}{}`)),
    ...Object.entries(properties).flatMap(([name, part]) => {
      const below = path === '' ? name : `${path}.${name}`;
      return [...(required.includes(name) ? [] : [below]), ...partsBelow(part, below)];
    }),
  ];
}

function presentBelow(schema: StructuralSchema, value: unknown, path: string): string[] {
  const { properties = {}, required = [], items, additionalProperties, enum: choices = [] } = schema;
  if (items !== undefined)
    return (value as readonly unknown[]).flatMap((entry) => presentBelow(items, entry, `${path}[]`));
  if (typeof value !== 'object' || value === null)
    return choices.filter((choice) => choice === value).map((choice) => `${path}=${choice}`);
  if (additionalProperties !== undefined)
    return Object.values(value).flatMap((entry) => presentBelow(additionalProperties, entry, `${path}{}`));
  return Object.entries(properties).flatMap(([name, part]) => {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (member === undefined || isEmpty(member)) return [];
    const below = path === '' ? name : `${path}.${name}`;
    return [...(required.includes(name) ? [] : [below]), ...presentBelow(part, member, below)];
  });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
