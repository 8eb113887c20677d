/** What a kind of ours is: the one definition that CRD, types, validator and reference docs come from. */
import type { StructuralSchema } from '../schema/structural.ts';

/** API group of every kind. */
export const apiGroup = 'cellwright.dev';
/** The one version. */
export const apiVersion = 'v1alpha1';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  readonly priority?: number;
}

/** One cluster-scoped kind. */
export interface KindDefinition {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly spec: StructuralSchema;
  readonly status: StructuralSchema;
  readonly columns: readonly PrinterColumn[];
  /** Pattern and bound of `metadata.name`, enforced by CEL on the root. */
  readonly namePattern: string;
  /** Longest `metadata.name`. */
  readonly nameMaxLength: number;
  /** Replicas for `kubectl scale`, where it makes sense. */
  readonly scale?: { readonly specPath: string; readonly statusPath: string };
}
