/** CustomResourceDefinitions of our kinds, from their one definition. */
import type { KubeObject } from '../synth/kube-object.ts';
import { apiGroup, apiVersion } from './kinds/kind.ts';
import type { KindDefinition, PrinterColumn } from './kinds/kind.ts';
import { nameRules } from './name-rules.ts';
import type { StructuralSchema } from './schema/structural.ts';

/**
 * Marks that keep GitOps engines and Helm from deleting the definition: with it would go every object of the kind, and
 * with them the tenants.
 */
const keep = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
} as const;

/** The schema of a whole object: what stands beside `spec` and `status`, and the rules on the name. */
export function rootSchema(definition: KindDefinition): Readonly<Record<string, unknown>> {
  return {
    type: 'object',
    description: definition.description,
    properties: {
      apiVersion: { type: 'string', description: `Always \`${apiGroup}/${apiVersion}\`.` },
      kind: { type: 'string', description: `Always \`${definition.kind}\`.` },
      metadata: { type: 'object' },
      spec: definition.spec satisfies StructuralSchema,
      status: definition.status satisfies StructuralSchema,
    },
    'x-kubernetes-validations': nameRules(definition),
  };
}

/** The CustomResourceDefinition (apiextensions.k8s.io/v1) of a kind. */
export function crdOf(definition: KindDefinition): KubeObject {
  const { kind, plural, singular, shortNames, scale } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${apiGroup}`,
      labels: { 'app.kubernetes.io/part-of': 'cellwright' },
      annotations: { ...keep },
    },
    spec: {
      group: apiGroup,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [...shortNames], categories: ['cellwright'] },
      scope: 'Cluster',
      versions: [
        {
          name: apiVersion,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: rootSchema(definition) },
          subresources: {
            status: {},
            ...(scale ? { scale: { specReplicasPath: scale.specPath, statusReplicasPath: scale.statusPath } } : {}),
          },
          additionalPrinterColumns: definition.columns.map(printerColumn),
        },
      ],
    },
  };
}

function printerColumn({ name, type, jsonPath, description, priority }: PrinterColumn): Record<string, unknown> {
  return { name, type, jsonPath, description, ...(priority === undefined ? {} : { priority }) };
}
