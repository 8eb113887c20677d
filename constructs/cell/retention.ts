/** Marks that keep GitOps engines from removing a tenant's data together with its directory. */
import type { CellSettings } from './settings/cell-settings.ts';

const keep = {
  // https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  // https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-garbage-collection
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
} as const;

/** Metadata part with the marks, for objects that hold data of a Rendered tenant with `deletionPolicy: Retain`; else empty. */
export function keepAnnotations({ rendered, retain }: CellSettings): { annotations?: Record<string, string> } {
  return rendered && retain ? { annotations: { ...keep } } : {};
}
