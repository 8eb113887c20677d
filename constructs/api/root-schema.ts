/** The schema of a whole object of a kind: what stands beside `spec` and `status`, and the rule on the name. */
import { apiGroup, apiVersion } from './kinds/kind.ts';
import type { KindDefinition } from './kinds/kind.ts';
import type { CelRule, StructuralSchema } from './schema/structural.ts';

const built = new Map<KindDefinition, StructuralSchema>();

/** The schema of a whole object. `metadata` is open here: the API server judges it by rules of its own. */
export function rootSchema(definition: KindDefinition): StructuralSchema {
  let schema = built.get(definition);
  if (schema === undefined) {
    schema = build(definition);
    built.set(definition, schema);
  }
  return schema;
}

function build(definition: KindDefinition): StructuralSchema {
  const { kind, description, spec, status } = definition;
  return {
    type: 'object',
    description,
    properties: {
      apiVersion: { type: 'string', description: `Always \`${apiGroup}/${apiVersion}\`.` },
      kind: { type: 'string', description: `Always \`${kind}\`.` },
      metadata: {
        type: 'object',
        description: 'Standard metadata of a Kubernetes object.',
        properties: { name: { type: 'string', description: 'Name of the object.' } },
        'x-kubernetes-preserve-unknown-fields': true,
      },
      spec,
      status,
    },
    'x-kubernetes-validations': [nameRule(definition)],
  };
}

/** A schema cannot bound `metadata.name`; CEL on the root can. */
function nameRule({ namePattern, nameMaxLength }: KindDefinition): CelRule {
  return {
    rule: `size(self.metadata.name) <= ${nameMaxLength} && self.metadata.name.matches('${namePattern}')`,
    message: `the name has a wrong form: write at most ${nameMaxLength} lower-case letters, digits and hyphens that start and end with a letter or digit`,
    fieldPath: '.metadata.name',
  };
}
