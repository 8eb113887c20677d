/** What a profile's template for hosts means for its tenants: two would serve one host, or one that a tenant of another profile serves. */
import type { GatewayProfileSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { hostTaken, sharedHosts } from '../../constructs/rules/check-fleet.ts';
import type { SharedHost } from '../../constructs/rules/check-fleet.ts';
import { servedHost } from '../../constructs/rules/host.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';
import type { FleetInputs, Tenant } from '../fleet/inputs.ts';
import type { Change } from './judge-request.ts';
import type { Affected } from './tenants-below.ts';

/** Tenants of the profile that had their host for themselves, if any, and would not under what is written now. */
export function hostsMadeTwice(
  inputs: Pick<FleetInputs, 'hostHolders'>,
  tenants: readonly Tenant[],
  { name, spec, before }: Pick<Change<GatewayProfileSpec>, 'name' | 'spec' | 'before'>,
): Affected[] {
  // Nothing else of a profile decides a host.
  if (before !== undefined && before.access?.hostTemplate === spec.access?.hostTemplate) return [];
  const named = tenants.map(({ metadata, spec: own }) => ({ name: metadata.name, spec: own }));
  const own = new Set(named.map((tenant) => tenant.name));
  const elsewhere = (host: string): string | undefined => inputs.hostHolders(host).find((holder) => !own.has(holder));
  const under = (profile: GatewayProfileSpec): SharedHost[] => {
    const hostOf = (tenant: Named<TenantGatewaySpec>): string | undefined =>
      servedHost({ tenant, profile: { name, spec: profile } });
    return sharedHosts(named, hostOf, elsewhere);
  };
  const shared = new Set(before === undefined ? [] : under(before).map(({ tenant }) => tenant.name));
  return under(spec)
    .filter(({ tenant }) => !shared.has(tenant.name))
    .map(({ tenant, host, by }) => ({
      name: tenant.name,
      problem: hostTaken({ spec: tenant.spec, host, by }),
      other: by,
    }));
}
