/**
 * Writes constructs/api/types.gen.ts: the TypeScript types of our kinds, from their one definition.
 * `npm run generate` runs it; CI fails when the file is not current.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { compile } from 'json-schema-to-typescript';
import type { JSONSchema } from 'json-schema-to-typescript';
import { kinds } from '../constructs/api/kinds/registry.ts';
import type { StructuralSchema } from '../constructs/api/schema/structural.ts';

const target = path.join(import.meta.dirname, '..', 'constructs', 'api', 'types.gen.ts');

/** `required` in the types means "there after defaulting" only where the schema says so; a default stays optional for who writes it. */
function toJsonSchema(schema: StructuralSchema): JSONSchema {
  const { properties, items, additionalProperties, minItems: _min, maxItems: _max, ...rest } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...(rest as JSONSchema),
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, toJsonSchema(value)])) }
      : {}),
    ...(items ? { items: toJsonSchema(items) } : {}),
    additionalProperties: additionalProperties ? toJsonSchema(additionalProperties) : open,
  };
}

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
writeFileSync(target, header + parts.join('\n'));
process.stdout.write(`${path.relative(process.cwd(), target)}\n`);
