/** What makes a namespace a tenant's, as CEL: its name and our labels together, so that neither is enough. */
import { cellLabels, cellNamespace, tenantLabel } from '../../../cell/labels.ts';
import { celText } from '../cel.ts';

/** What namespaces of tenants are named by. */
const prefix = cellNamespace('');

/** Labels that every namespace of a tenant has with one and the same value. */
export const fixedNamespaceLabels: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(cellLabels('', 'namespace')).filter(([key]) => key !== tenantLabel),
);

/** A label of an object, empty where it has none. */
export function labelOf(object: string, key: string): string {
  return `${object}.metadata.?labels[?${celText(key)}].orValue("")`;
}

/** The tenant that a namespace is named after. */
export function tenantNamedBy(namespace: string): string {
  return `${namespace}.metadata.name.substring(${prefix.length})`;
}

/** A namespace that is named after its tenant label. */
export function isTenantNamespace(namespace: string): string {
  const isNamed = `${namespace}.metadata.name.startsWith(${celText(prefix)})`;
  return `${isNamed} && ${labelOf(namespace, tenantLabel)} == ${tenantNamedBy(namespace)}`;
}

/**
 * The same, or one whose tenant label somebody changed while the others of ours are there: the runner puts it back. A
 * stranger's namespace has none of them.
 */
export function isOrWasTenantNamespace(namespace: string): string {
  const isNamed = `${namespace}.metadata.name.startsWith(${celText(prefix)})`;
  const others = Object.entries(fixedNamespaceLabels).map(
    ([key, value]) => `${labelOf(namespace, key)} == ${celText(value)}`,
  );
  return `(${isTenantNamespace(namespace)} || (${[isNamed, ...others].join(' && ')}))`;
}
