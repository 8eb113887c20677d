/** constructs/api/types.gen.ts: the TypeScript types of our kinds, from their one definition. */
import { compile } from 'json-schema-to-typescript';
import type { JSONSchema } from 'json-schema-to-typescript';
import { kinds } from '../constructs/api/kinds/registry.ts';
import type { StructuralSchema } from '../constructs/api/schema/structural.ts';
import type { GeneratedFile } from './generated-file.ts';

/** `required` in the types means "there after defaulting" only where the schema says so; a default stays optional for who writes it. */
function toJsonSchema(schema: StructuralSchema): JSONSchema {
  const { properties, items, additionalProperties, minItems: _min, maxItems: _max, ...rest } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...(rest as JSONSchema),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, value]) => [name, toJsonSchema(value)]),
          ),
        }
      : {}),
    ...(items ? { items: toJsonSchema(items) } : {}),
    additionalProperties: additionalProperties ? toJsonSchema(additionalProperties) : open,
  };
}

/** The types of spec and status of each kind. */
export async function generateTypes(): Promise<GeneratedFile[]> {
  const parts = await Promise.all(
    kinds.flatMap((kind) =>
      (['spec', 'status'] as const).map((part) => {
        const name = `${kind.kind}${part === 'spec' ? 'Spec' : 'Status'}`;
        return compile({ ...toJsonSchema(kind[part]), title: name }, name, {
          bannerComment: '',
          style: { singleQuote: true, printWidth: 120 },
          ignoreMinAndMaxItems: true,
          declareExternallyReferenced: true,
        });
      }),
    ),
  );
  const header = '/** Generated from constructs/api/kinds by `npm run generate`; do not edit. */\n\n';
  return [{ path: 'constructs/api/types.gen.ts', text: header + parts.join('\n') }];
}
