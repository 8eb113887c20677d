/** Whom a bundle speaks to: names that nobody has may be there before their tenants, and may be misspelled. */
import type { Problem } from '../api/problem.ts';
import type { PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import { suggest } from '../api/validate/suggest.ts';
import type { Named } from '../synth/tenant-input.ts';

/**
 * A scope in which no tenant is, and grants to nobody. With no tenant at all nothing is said: bundles may come first.
 * @param elsewhere further tenants, of which only the names are known: with one of them, no scope is known to be empty.
 * @default - none
 */
export function concernWarnings(
  { spec }: Named<PolicyBundleSpec>,
  tenants: readonly Named<TenantGatewaySpec>[],
  elsewhere: readonly string[] = [],
): Problem[] {
  const names = [...tenants.map(({ name }) => name), ...elsewhere];
  if (names.length === 0) {
    return [];
  }
  return [...(elsewhere.length === 0 ? scopeOfNobody(spec, tenants) : []), ...grantsToNobody(spec, names)];
}

/** A scope in which no tenant is. */
function scopeOfNobody({ scope }: PolicyBundleSpec, tenants: readonly Named<TenantGatewaySpec>[]): Problem[] {
  if (scope?.organization === undefined) {
    return [];
  }
  const organizations = new Set(tenants.map(({ spec }) => spec.organization ?? 'default'));
  if (!organizations.has(scope.organization)) {
    return [
      nobody(
        'spec.scope.organization',
        `organization ${scope.organization}`,
        nearest(scope.organization, organizations),
      ),
    ];
  }
  const teams = new Set(
    tenants.flatMap(({ spec }) => ((spec.organization ?? 'default') === scope.organization ? (spec.team ?? []) : [])),
  );
  return scope.team === undefined || teams.has(scope.team)
    ? []
    : [nobody('spec.scope.team', `team ${scope.team} of ${scope.organization}`, nearest(scope.team, teams))];
}

function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  return suggest(name, [...known]);
}

function nobody(path: string, what: string, near: string | undefined): Problem {
  return {
    code: 'fleet.scope-nobody',
    path,
    message: `no tenant is in ${what}, so the bundle concerns nobody`,
    fix: near === undefined ? 'add the tenants, or correct the name' : `did you mean ${near}?`,
  };
}

/** A grant under a name that was misspelled lifts nothing, and nothing else would say so. */
function grantsToNobody({ grants }: PolicyBundleSpec, tenants: readonly string[]): Problem[] {
  const existing = new Set(tenants);
  return (grants ?? []).flatMap(({ tenant }, at) => {
    if (existing.has(tenant)) {
      return [];
    }
    const near = nearest(tenant, existing);
    return [
      {
        code: 'fleet.grant-tenant',
        path: `spec.grants[${at}].tenant`,
        message: `there is no TenantGateway ${tenant}`,
        fix: near === undefined ? 'remove the grant, or add the tenant' : `did you mean ${near}?`,
      },
    ];
  });
}
