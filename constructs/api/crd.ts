/** CustomResourceDefinitions of our kinds, from their one definition. */
import type { KubeObject } from '../synth/kube-object.ts';
import { apiGroup, apiVersion } from './kinds/kind.ts';
import type { KindDefinition, PrinterColumn } from './kinds/kind.ts';
import { rootSchema } from './root-schema.ts';

/**
 * Marks that keep GitOps engines and Helm from deleting the definition: with it would go every object of the kind, and
 * with them the tenants.
 */
const keep = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
} as const;

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
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        shortNames: [...shortNames],
        categories: ['cellwright'],
      },
      scope: 'Cluster',
      versions: [
        {
          name: apiVersion,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: publishedSchema(definition) },
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

/** Of `metadata`, the API server takes the type and the name only. */
function publishedSchema(definition: KindDefinition): Record<string, unknown> {
  const schema = rootSchema(definition);
  return {
    ...schema,
    properties: { ...schema.properties, metadata: { type: 'object', properties: { name: { type: 'string' } } } },
  };
}

function printerColumn({ name, type, jsonPath, description, priority }: PrinterColumn): Record<string, unknown> {
  return { name, type, jsonPath, description, ...(priority === undefined ? {} : { priority }) };
}
