/** Names and labels of what a tenant gets; fixed, so that every part finds every other without a look-up. */

import { sharePart } from '../synth/shared-part.ts';

/** Label that says whose an object is; membership is this label plus the tenant's namespace. */
export const tenantLabel = 'cellwright.dev/tenant';
/** Label on the namespace that says which organization a retained namespace may go back to. */
export const organizationLabel = 'cellwright.dev/organization';
/** Label on the namespace that says which profile's images its pods may run. */
export const profileLabel = 'cellwright.dev/profile';

const namespacePrefix = 'tenant-';

/** The namespace of a tenant. */
export function cellNamespace(tenant: string): string {
  return `${namespacePrefix}${tenant}`;
}

/** Whether a namespace is, or could be, that of a tenant. */
export function isCellNamespace(namespace: string): boolean {
  return namespace.startsWith(namespacePrefix);
}

/**
 * Labels of one object (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/). Never
 * `app.kubernetes.io/instance`: Argo CD tracks its objects by it.
 */
export function cellLabels(tenant: string, component: string): Record<string, string> {
  return {
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/managed-by': 'cellwright',
    'app.kubernetes.io/name': 'openclaw',
    'app.kubernetes.io/part-of': 'cellwright',
    [tenantLabel]: tenant,
  };
}

/** Labels that select the gateway pods; immutable in a StatefulSet, so only what can never change. */
export const podSelector: Readonly<Record<string, string>> = sharePart({
  'app.kubernetes.io/component': 'gateway',
  'app.kubernetes.io/name': 'openclaw',
});

/** The same as a selector of Kubernetes. */
export const gatewayPods = sharePart({ matchLabels: podSelector });

/** Names inside the cell. */
export const cellNames = {
  gateway: 'gateway',
  pods: 'gateway-pods',
  limits: 'cell',
  denyAll: 'default-deny',
  allow: 'cell',
} as const;
