/** Annotations of a tenant's Ingress: orders to a controller that serves all tenants. */
import { appendStep } from '../api/field-path.ts';
import type { Problem } from '../api/problem.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

/**
 * Annotations whose text a controller writes into its own configuration, and so into that of every host (CVE-2021-25742): snippets of
 * ingress-nginx (`…/server-snippet`), NGINX (`nginx.org/location-snippets`) and HAProxy (`haproxy.org/backend-config-snippet`), and
 * `haproxy-ingress.github.io/config-*`. A profile alone does not open them: `platform.admission.extensionKeys` must name them too.
 */
export const rawConfiguration = /snippets?$|[/]config-[a-z-]+$/;

/** Annotations that the profile does not let tenants set. */
export function ingressAnnotationProblems({ tenant, profile }: TenantInput): Problem[] {
  const allowed: readonly string[] = profile.spec.access?.ingressAnnotations ?? [];
  return Object.keys(tenant.spec.access?.ingress?.annotations ?? {})
    .filter((key) => !allowed.includes(key))
    .map((key) => ({
      code: 'access.annotation',
      path: appendStep('spec.access.ingress.annotations', key),
      message: `profile ${profile.name} does not let tenants set this annotation, which the ingress controller of all tenants would follow`,
      fix: 'remove it, or add it to spec.access.ingressAnnotations of the profile',
    }));
}
