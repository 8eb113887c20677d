/** From a fleet as it was read to one that can be synthesized, with everything that is wrong with it. */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import { withDefaults } from '../../constructs/api/defaults.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { checkBundle } from '../../constructs/rules/check-bundle.ts';
import { checkFleet } from '../../constructs/rules/check-fleet.ts';
import type { ServedHosts } from '../../constructs/rules/check-fleet.ts';
import { concernWarnings } from '../../constructs/rules/concerns.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { Fleet, FleetMember } from '../../constructs/synth/fleet-tree.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import type { LocatedProblem } from '../problem.ts';
import type { FleetObject } from '../read/fleet-object.ts';
import type { FleetInput } from '../read/read-fleet.ts';

/** A fleet, and what is wrong with it; only a fleet without problems may be synthesized. */
export interface JudgedFleet {
  readonly fleet: PlacedFleet;
  readonly problems: readonly LocatedProblem[];
  /** What may be meant so, and may be a mistake. */
  readonly warnings: readonly LocatedProblem[];
}

/** Tenants that belong to a fleet and are not among those that are judged. */
export interface TenantsElsewhere {
  readonly names: readonly string[];
  readonly servedHosts: ServedHosts;
}

/** A member with the place it was read from. */
export interface Placed<Spec> extends FleetMember<Spec> {
  readonly object: FleetObject;
}

/**
 * Validates every object by itself, then the rules between them. A tenant is judged by profile and bundles only when they
 * and it are valid, so that one mistake is told once.
 * @param elsewhere tenants that are not in `input` because they were judged before. @default - none
 */
export function judgeFleet(
  input: FleetInput,
  assets: SynthAssets,
  elsewhere: TenantsElsewhere = { names: [], servedHosts: new Map() },
): JudgedFleet {
  const problems: LocatedProblem[] = [...input.problems];
  const valid = <Spec>(objects: readonly FleetObject[]): Placed<Spec>[] =>
    objects.flatMap((object) => {
      const own = validateObject(object.value);
      problems.push(...own.map((problem) => object.locate(problem)));
      return own.length === 0 ? [member<Spec>(object)] : [];
    });
  const profiles = valid<GatewayProfileSpec>(input.profiles);
  const bundles = valid<PolicyBundleSpec>(input.bundles);
  const tenants = valid<TenantGatewaySpec>(input.tenants);
  problems.push(
    ...profiles.flatMap((profile) => located(profile, checkProfile(profile, assets))),
    ...bundles.flatMap((bundle) => located(bundle, checkBundle(bundle))),
    ...betweenObjects(input, { profiles, bundles, tenants }, elsewhere.servedHosts),
    ...tenantProblems({ profiles, bundles, tenants }, assets),
  );
  const names = [...elsewhere.names, ...namesWithout(input.tenants, tenants)];
  const warnings = bundles.flatMap((bundle) => located(bundle, concernWarnings(bundle, tenants, names)));
  return { fleet: { profiles, bundles, tenants }, problems, warnings };
}

/** A fleet whose members know their files. */
export interface PlacedFleet extends Fleet {
  readonly profiles: readonly Placed<GatewayProfileSpec>[];
  readonly bundles: readonly Placed<PolicyBundleSpec>[];
  readonly tenants: readonly Placed<TenantGatewaySpec>[];
}

function betweenObjects(input: FleetInput, fleet: PlacedFleet, servedHosts: ServedHosts): LocatedProblem[] {
  const broken = namesWithout(input.profiles, fleet.profiles).map((name) => ({ name, spec: {} }));
  const members = { TenantGateway: fleet.tenants, GatewayProfile: fleet.profiles, PolicyBundle: fleet.bundles };
  return checkFleet({ ...fleet, profiles: [...fleet.profiles, ...broken] }, servedHosts).flatMap(
    ({ kind, index, problem }) => {
      const placed = members[kind][index];
      return placed === undefined ? [] : located(placed, [problem]);
    },
  );
}

/** What is there and broken was reported for what it is; who names it need not hear that it is missing. */
function namesWithout(read: readonly FleetObject[], valid: readonly Placed<unknown>[]): string[] {
  const names = new Set(valid.map(({ name }) => name));
  return read.flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

function tenantProblems({ profiles, bundles, tenants }: PlacedFleet, assets: SynthAssets): LocatedProblem[] {
  const profileByName = new Map(profiles.map((profile) => [profile.name, profile]));
  return tenants.flatMap((tenant) => {
    const profile = profileByName.get(profileNameOf(tenant.spec));
    return profile === undefined ? [] : located(tenant, checkTenant({ tenant, profile, bundles, assets }));
  });
}

function located(
  { object }: Placed<unknown>,
  problems: readonly Parameters<FleetObject['locate']>[0][],
): LocatedProblem[] {
  return problems.map((problem) => object.locate(problem));
}

function member<Spec>(object: FleetObject): Placed<Spec> {
  const definition = kindNamed(object.kind);
  if (definition === undefined) {
    throw new RangeError(`${object.kind} was read as an object of ours and is none`);
  }
  const source = object.value;
  const { spec } = withDefaults(definition, source) as KubeObject & { readonly spec: Spec };
  return { name: object.name, spec, source, object };
}
