/** Every node of a kind's spec, with the way to it. */
import type { KindDefinition } from '../../../constructs/api/kinds/kind.ts';
import type { StructuralSchema } from '../../../constructs/api/schema/structural.ts';

/** A step down a schema: a field, the entries of a list, or the values of a map. */
export type SchemaStep = { readonly field: string } | 'items' | 'values';

/** A node and what is above it. */
export interface SchemaNode {
  readonly kind: KindDefinition;
  readonly steps: readonly SchemaStep[];
  readonly schema: StructuralSchema;
  /** Whether the object above demands it. */
  readonly required: boolean;
}

/** The nodes from `spec` down, parents first. */
export function schemaNodes(kind: KindDefinition): SchemaNode[] {
  return below({ kind, steps: [{ field: 'spec' }], schema: kind.spec, required: false });
}

function below(node: SchemaNode): SchemaNode[] {
  const { schema, steps } = node;
  const child = (step: SchemaStep, part: StructuralSchema, required = false): SchemaNode[] =>
    below({ ...node, steps: [...steps, step], schema: part, required });
  return [
    node,
    ...Object.entries(schema.properties ?? {}).flatMap(([field, part]) =>
      child({ field }, part, (schema.required ?? []).includes(field)),
    ),
    ...(schema.items ? child('items', schema.items) : []),
    ...(schema.additionalProperties ? child('values', schema.additionalProperties) : []),
  ];
}

/** `spec.credentials[].secretRef.key`, `spec.openclaw.env{}`: the name of a node in messages and tables. */
export function nodeName(steps: readonly SchemaStep[]): string {
  return steps
    .map((step) => (step === 'items' ? '[]' : step === 'values' ? '{}' : `.${step.field}`))
    .join('')
    .slice(1);
}
