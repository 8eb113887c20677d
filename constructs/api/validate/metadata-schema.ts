/** The fields of `metadata` (meta/v1 ObjectMeta) with their types; bounds and forms are rules of their own. */
import type { StructuralSchema } from '../schema/structural.ts';

const text: StructuralSchema = { type: 'string', description: 'text' };
const number: StructuralSchema = { type: 'integer', description: 'a whole number' };
const flag: StructuralSchema = { type: 'boolean', description: 'true or false' };
const textMap: StructuralSchema = { type: 'object', description: 'names and texts', additionalProperties: text };

const ownerReference: StructuralSchema = {
  type: 'object',
  description: 'an owner',
  required: ['apiVersion', 'kind', 'name', 'uid'],
  properties: { apiVersion: text, kind: text, name: text, uid: text, controller: flag, blockOwnerDeletion: flag },
};

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export const metadataSchema: StructuralSchema = {
  type: 'object',
  description: 'Standard metadata of a Kubernetes object.',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: number,
    creationTimestamp: text,
    deletionTimestamp: text,
    deletionGracePeriodSeconds: number,
    labels: textMap,
    annotations: textMap,
    finalizers: { type: 'array', description: 'finalizers', items: text },
    ownerReferences: { type: 'array', description: 'owners', items: ownerReference },
    managedFields: {
      type: 'array',
      description: 'who wrote which field',
      items: { type: 'object', description: 'a writer', 'x-kubernetes-preserve-unknown-fields': true },
    },
  },
};
