/** The host name under which a tenant is reached from outside. */
import type { Problem } from '../api/problem.ts';
import { patterns } from '../api/schema/patterns.ts';
import { resolveSettings } from '../cell/settings/cell-settings.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

const hostName = new RegExp(patterns.hostName.source);

/** The host that an Ingress or HTTPRoute of the tenant serves; undefined when it has neither. */
export function servedHost({ tenant, profile }: Pick<TenantInput, 'tenant' | 'profile'>): string | undefined {
  const { access, host } = resolveSettings(tenant, profile);
  return access.ingress === undefined && access.httpRoute === undefined ? undefined : host;
}

/** A route without a host, or with one that the profile's template made too long. */
export function hostProblems(input: TenantInput): Problem[] {
  const { access } = input.tenant.spec;
  const route = access?.ingress === undefined ? 'httpRoute' : 'ingress';
  if (access?.[route] === undefined) {
    return [];
  }
  const path = `spec.access.${route}.host`;
  const host = servedHost(input);
  if (host === undefined) {
    return [
      {
        code: 'access.host-missing',
        path,
        message: `the route has no host and profile ${input.profile.name} has no template for one`,
        fix: 'add host, or spec.access.hostTemplate to the profile',
      },
    ];
  }
  return host.length <= 253 && hostName.test(host)
    ? []
    : [
        {
          code: 'access.host-form',
          path,
          message: `the template of profile ${input.profile.name} makes ${host}, which is not a host name`,
          fix: 'add a host of at most 253 characters with labels of at most 63',
        },
      ];
}
