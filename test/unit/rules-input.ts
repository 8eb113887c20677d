/** Tenants, profiles and bundles for tests of rules: as they come from YAML, completed by their defaults. */
import { withDefaults } from '../../constructs/api/defaults.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { Named, TenantInput } from '../../constructs/synth/tenant-input.ts';

/** Assets without content; rules look at the configuration schema only. */
export const emptyAssets: SynthAssets = {
  rego: {},
  capabilities: '',
  guard: {},
  configSchema: () => ({
    type: 'object',
    properties: { agents: {}, channels: {}, gateway: {}, cron: {} },
    additionalProperties: false,
  }),
};

/** A tenant, its profile and its bundles by their specs. */
export function inputOf({
  tenant = {},
  profile = {},
  bundles = {},
}: {
  readonly tenant?: object;
  readonly profile?: object;
  readonly bundles?: Readonly<Record<string, object>>;
}): TenantInput {
  return {
    tenant: named<TenantGatewaySpec>('TenantGateway', 'acme', tenant),
    profile: named<GatewayProfileSpec>('GatewayProfile', 'default', profile),
    bundles: Object.entries(bundles).map(([name, spec]) => named<PolicyBundleSpec>('PolicyBundle', name, spec)),
    assets: emptyAssets,
  };
}

/** One object by its spec. */
export function named<Spec>(kind: string, name: string, spec: object): Named<Spec> {
  const definition = kindNamed(kind);
  if (definition === undefined) throw new Error(`no kind ${kind}`);
  return { name, spec: (withDefaults(definition, { spec }) as { readonly spec: Spec }).spec };
}
