/** What defines kinds. */
import type { ResourceKind } from './resource.ts';

export const definitions: ResourceKind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
