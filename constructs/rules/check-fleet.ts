/** Rules between the objects of a fleet. */
import { profileNameOf } from '../api/profile-name.ts';
import type { Problem } from '../api/problem.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import { suggest } from '../api/validate/suggest.ts';
import type { Named } from '../synth/tenant-input.ts';
import { servedHost } from './host.ts';
import { bundleWidenings } from './widening.ts';

/** The objects of a fleet, defaults filled in. */
export interface Fleet {
  readonly tenants: readonly Named<TenantGatewaySpec>[];
  readonly profiles: readonly Named<GatewayProfileSpec>[];
  readonly bundles: readonly Named<PolicyBundleSpec>[];
}

/** A problem, and whose it is: the index says which one when a name is there twice. */
export interface FleetProblem {
  readonly kind: 'TenantGateway' | 'GatewayProfile' | 'PolicyBundle';
  readonly name: string;
  readonly index: number;
  readonly problem: Problem;
}

/** Tenants by the hosts that they serve. */
export type ServedHosts = ReadonlyMap<string, string>;

/**
 * Names that are there twice, tenants without their profile, hosts that two tenants serve, bundles that allow what a level
 * above them does not. Bundles that speak to nobody are no problem, see `concernWarnings`.
 * @param servedElsewhere hosts of tenants that were judged before. @default - none
 */
export function checkFleet(fleet: Fleet, servedElsewhere: ServedHosts = new Map()): FleetProblem[] {
  return [
    ...namesTwice('TenantGateway', fleet.tenants),
    ...namesTwice('GatewayProfile', fleet.profiles),
    ...namesTwice('PolicyBundle', fleet.bundles),
    ...missingProfiles(fleet),
    ...hostsTwice(fleet, servedElsewhere),
    ...fleet.bundles.flatMap((bundle, index) =>
      bundleWidenings(bundle, fleet.bundles).map((problem) => ({
        kind: 'PolicyBundle' as const,
        name: bundle.name,
        index,
        problem,
      })),
    ),
  ];
}

/** The problem of a tenant whose profile is not among those that exist; undefined when it is. */
export function profileMissing(spec: TenantGatewaySpec, existing: readonly string[]): Problem | undefined {
  const wanted = profileNameOf(spec);
  if (existing.includes(wanted)) {
    return undefined;
  }
  const nearest = suggest(wanted, existing);
  return {
    code: 'fleet.profile-missing',
    path: 'spec.profile',
    message: `there is no GatewayProfile ${wanted}`,
    fix:
      nearest !== undefined
        ? `did you mean ${nearest}?`
        : existing.length === 0
          ? `add a GatewayProfile named ${wanted}`
          : `write one of ${existing.join(', ')}, or add a GatewayProfile named ${wanted}`,
  };
}

function namesTwice(kind: FleetProblem['kind'], objects: readonly Named<unknown>[]): FleetProblem[] {
  const seen = new Set<string>();
  return objects.flatMap(({ name }, index) => {
    const twice = seen.has(name);
    seen.add(name);
    const problem = {
      code: 'fleet.name-twice',
      path: 'metadata.name',
      message: `there is another ${kind} named ${name}`,
      fix: 'remove one of the two, or give it another name',
    };
    return twice ? [{ kind, name, index, problem }] : [];
  });
}

function missingProfiles({ tenants, profiles }: Fleet): FleetProblem[] {
  const existing = profiles.map(({ name }) => name);
  return tenants.flatMap(({ name, spec }, index) => {
    const problem = profileMissing(spec, existing);
    return problem === undefined ? [] : [{ kind: 'TenantGateway' as const, name, index, problem }];
  });
}

function hostsTwice({ tenants, profiles }: Fleet, servedElsewhere: ServedHosts): FleetProblem[] {
  const profileByName = new Map(profiles.map((profile) => [profile.name, profile]));
  const hostOf = (tenant: Named<TenantGatewaySpec>): string | undefined => {
    const profile = profileByName.get(profileNameOf(tenant.spec));
    return profile && servedHost({ tenant, profile });
  };
  return sharedHosts(tenants, hostOf, (host) => servedElsewhere.get(host)).map(({ index, tenant, host, by }) => ({
    kind: 'TenantGateway',
    name: tenant.name,
    index,
    problem: hostTaken({ spec: tenant.spec, host, by }),
  }));
}

/** A tenant that comes second to its host. */
export interface SharedHost {
  readonly tenant: Named<TenantGatewaySpec>;
  /** Place of the tenant in the list. */
  readonly index: number;
  readonly host: string;
  /** The tenant that serves it already. */
  readonly by: string;
}

/**
 * Two routes with one host: which tenant answers would be left to the ingress controller.
 * @param hostOf the host that a tenant of the list serves
 * @param servedElsewhere the tenant that serves a host and is not in the list
 */
export function sharedHosts(
  tenants: readonly Named<TenantGatewaySpec>[],
  hostOf: (tenant: Named<TenantGatewaySpec>) => string | undefined,
  servedElsewhere: (host: string) => string | undefined,
): SharedHost[] {
  const servedBy = new Map<string, string>();
  return tenants.flatMap((tenant, index) => {
    const host = hostOf(tenant);
    if (host === undefined) {
      return [];
    }
    const by = servedElsewhere(host) ?? servedBy.get(host);
    servedBy.set(host, by ?? tenant.name);
    return by === undefined ? [] : [{ tenant, index, host, by }];
  });
}

/** Code of {@link hostTaken}. */
export const hostTakenCode = 'fleet.host-twice';

/** The problem of a tenant that asks for a host which another one serves. */
export function hostTaken({ spec, host, by }: { spec: TenantGatewaySpec; host: string; by: string }): Problem {
  return {
    code: hostTakenCode,
    path: `spec.access.${spec.access?.ingress === undefined ? 'httpRoute' : 'ingress'}.host`,
    message: `tenant ${by} serves ${host} already`,
    fix: 'write another host',
  };
}
