/** Which bundles speak to a tenant, and on which level. */
import { globFamilies } from '../api/kinds/policy-rules.ts';
import type { PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import { byCodeUnit } from '../synth/order.ts';
import type { Named } from '../synth/tenant-input.ts';
import { indexPatterns } from './pattern-index.ts';
import type { PatternIndex } from './pattern-index.ts';

/** Levels from the top; an upper one binds every lower one. */
export const policyLevels = ['enterprise', 'organization', 'team', 'tenant'] as const;
export type PolicyLevel = (typeof policyLevels)[number];

type Rules = NonNullable<PolicyBundleSpec['rules']>;

/** One bundle as OPA reads it. */
export interface LevelDocument {
  readonly level: PolicyLevel;
  /** Name of the bundle; the tenant's own rules are called `spec.policy`. */
  readonly bundle: string;
  readonly enforcement: 'Enforce' | 'Audit';
  /** Whether the bundle has free Rego. */
  readonly rego: boolean;
  /** Families of globs, each list by what OPA can look up. Addresses are not asked for: NetworkPolicies hold them. */
  readonly rules: Readonly<Record<string, Readonly<Record<string, PatternIndex>>>>;
  readonly grants: NonNullable<PolicyBundleSpec['grants']>;
}

/** Name under which the tenant's own rules appear in reasons; no bundle can have it, since names have no dot. */
export const tenantRulesName = 'spec.policy';

/** The level that a bundle's scope puts it on. */
export function levelOf({ scope }: PolicyBundleSpec): PolicyLevel {
  if (scope?.team !== undefined) {
    return 'team';
  }
  return scope?.organization === undefined ? 'enterprise' : 'organization';
}

/** Whether a bundle's scope holds for a tenant. */
export function appliesTo({ scope }: PolicyBundleSpec, { organization, team }: Place): boolean {
  return (
    (scope?.organization === undefined || scope.organization === (organization ?? 'default')) &&
    (scope?.team === undefined || scope.team === team)
  );
}

/** Organization and team, as far as they are named. */
type Place = Pick<TenantGatewaySpec, 'organization' | 'team'>;

/** A fleet asks several times for each tenant and has few organizations and teams; its list of bundles never changes. */
const selections = new WeakMap<readonly Named<PolicyBundleSpec>[], Map<string, readonly Named<PolicyBundleSpec>[]>>();

/** The bundles that speak to a tenant, by level and then by name. */
export function applicableBundles(
  place: Place,
  bundles: readonly Named<PolicyBundleSpec>[],
): readonly Named<PolicyBundleSpec>[] {
  const byPlace = selections.get(bundles) ?? new Map<string, readonly Named<PolicyBundleSpec>[]>();
  const key = JSON.stringify([place.organization, place.team]);
  const selected = byPlace.get(key) ?? select(place, bundles);
  selections.set(bundles, byPlace.set(key, selected));
  return selected;
}

function select(place: Place, bundles: readonly Named<PolicyBundleSpec>[]): readonly Named<PolicyBundleSpec>[] {
  const rank = ({ spec }: Named<PolicyBundleSpec>): number => policyLevels.indexOf(levelOf(spec));
  return bundles
    .filter(({ spec }) => appliesTo(spec, place))
    .sort((a, b) => rank(a) - rank(b) || byCodeUnit(a.name, b.name));
}

/** The document of a bundle, with the grants of one tenant: others' are none of its business. */
export function bundleLevel({ name, spec }: Named<PolicyBundleSpec>, tenant: string): LevelDocument {
  return {
    level: levelOf(spec),
    bundle: name,
    enforcement: spec.enforcement ?? 'Enforce',
    rego: spec.rego !== undefined,
    rules: indexRules(spec.rules),
    grants: (spec.grants ?? []).filter((grant) => grant.tenant === tenant),
  };
}

/** The document of the tenant's own rules, undefined when it has none. */
export function tenantLevel({ spec }: Named<TenantGatewaySpec>): LevelDocument | undefined {
  return spec.policy === undefined
    ? undefined
    : {
        level: 'tenant',
        bundle: tenantRulesName,
        enforcement: 'Enforce',
        rego: false,
        rules: indexRules(spec.policy),
        grants: [],
      };
}

function indexRules(rules: Rules | undefined): LevelDocument['rules'] {
  const families = Object.keys(globFamilies) as (keyof typeof globFamilies)[];
  return Object.fromEntries(
    families.flatMap((family) => {
      const lists = rules?.[family];
      return lists === undefined
        ? []
        : [[family, Object.fromEntries(Object.entries(lists).map(([list, globs]) => [list, indexPatterns(globs)]))]];
    }),
  );
}
