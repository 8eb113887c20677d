/** Everything that one tenant gets, as a construct. */
import { Construct } from 'constructs';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import { composePolicy } from '../policy/compose.ts';
import type { AssetFiles, SynthAssets } from '../synth/assets.ts';
import { sortKeys } from '../synth/order.ts';
import { reviewTokenSecret } from '../synth/tenant-input.ts';
import type { Named, TenantInput } from '../synth/tenant-input.ts';
import { gatewayConfig } from './config/gateway-config.ts';
import { HashedConfigMap } from './config/hashed-config-map.ts';
import { gatewayPort } from '../api/kinds/access.ts';
import { CellDisruption } from './disruption.ts';
import { cellNames, cellNamespace } from './labels.ts';
import { CellLimits } from './limits.ts';
import { CellMonitoring } from './monitoring.ts';
import { CellNamespace } from './namespace.ts';
import { CellNetwork } from './network/walls.ts';
import { sharedPart } from './plain.ts';
import { CellRoutes } from './routes.ts';
import { CellServiceAccount } from './service-account.ts';
import { CellServices } from './services.ts';
import { resolveSettings } from './settings/cell-settings.ts';
import type { CellSettings } from './settings/cell-settings.ts';
import { GatewayWorkload } from './workload/gateway-workload.ts';
import { capabilitiesKey, guardKey } from './workload/volumes.ts';
import type { CellConfigMaps } from './workload/volumes.ts';

/** Props of {@link TenantCell}. */
export interface TenantCellProps {
  /** The tenant: its name and its TenantGateway spec, schema defaults filled in. */
  readonly tenant: Named<TenantGatewaySpec>;
  /**
   * The profile that the tenant names.
   * @default - a profile with the defaults of every field
   */
  readonly profile?: Named<GatewayProfileSpec>;
  /**
   * Policy bundles of the fleet; those whose scope does not hold for the tenant are passed over.
   * @default - none, so that policy denies every tool call
   */
  readonly bundles?: readonly Named<PolicyBundleSpec>[];
  /** Policy library, guard and schemas; `loadAssets()` reads them from the package. */
  readonly assets: SynthAssets;
  /**
   * Secret with the gateway token where the spec names none; its key is `token`.
   * @default - a name for review that no cluster has
   */
  readonly tokenSecretName?: string;
}

/**
 * One tenant's cell: namespace, walls, configuration, policy, gateway. It can stand in any cdk8s Chart; the objects name
 * their namespace themselves.
 */
export class TenantCell extends Construct {
  /** Namespace of the cell. */
  readonly namespace: string;
  /** OpenClaw version that runs in it. */
  readonly version: string;
  /** Revision of the policy that OPA must serve for the gateway to be ready. */
  readonly policyRevision: string;
  /** Where the gateway answers. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: TenantCellProps) {
    super(scope, id);
    const profile = props.profile ?? { name: 'default', spec: {} };
    const settings = resolveSettings(props.tenant, profile, props.bundles);
    this.namespace = cellNamespace(settings.tenant);
    this.version = settings.version;
    this.url = urlOf(settings);

    new CellNamespace(this, 'namespace', settings);
    new CellLimits(this, 'limits', settings);
    new CellNetwork(this, 'network', settings);
    new CellServiceAccount(this, 'service-account', settings);
    const { configMaps, revision } = this.configMaps(settings, profile, props);
    this.policyRevision = revision;
    new CellServices(this, 'services', settings);
    new CellDisruption(this, 'disruption', settings);
    new GatewayWorkload(this, 'workload', {
      settings,
      configMaps,
      token: settings.access.tokenSecretRef ?? { name: props.tokenSecretName ?? reviewTokenSecret, key: 'token' },
    });
    new CellRoutes(this, 'routes', settings);
    new CellMonitoring(this, 'monitoring', settings);
  }

  private configMaps(
    settings: CellSettings,
    profile: Named<GatewayProfileSpec>,
    { tenant, bundles, assets }: TenantCellProps,
  ): { configMaps: CellConfigMaps; revision: string } {
    const policy = composePolicy({
      tenant,
      bundles: bundles ?? [],
      library: assets.rego,
      decisionLog: profile.spec.policy?.decisionLog,
    });
    const config = gatewayConfig({
      settings,
      tenant: tenant.spec,
      profile: profile.spec,
      bundles: bundles ?? [],
      policyRevision: policy.revision,
    });
    const map = (base: string, data: Readonly<Record<string, string>>): HashedConfigMap =>
      new HashedConfigMap(this, base, { tenant: settings.tenant, base, data });
    const seeds = settings.workspace;
    return {
      revision: policy.revision,
      configMaps: {
        config: map('gateway-config', { 'openclaw.json': config }),
        policy: map('policy', {
          ...policy.modules,
          'data.json': policy.data,
          ...(policy.hasFreeRego ? { [capabilitiesKey]: assets.capabilities } : {}),
        }),
        guard: map('guard', guardData(assets.guard)),
        workspace: seeds.length === 0 ? undefined : map('workspace', { 'seeds.json': JSON.stringify(sortKeys(seeds)) }),
      },
    };
  }
}

const guardDataOf = new WeakMap<AssetFiles, AssetFiles>();

/** The guard's files by ConfigMap key: one object for all tenants, so that it is hashed and written as text once. */
function guardData(guard: AssetFiles): AssetFiles {
  let data = guardDataOf.get(guard);
  if (data === undefined) {
    data = sharedPart(Object.fromEntries(Object.entries(guard).map(([path, text]) => [guardKey(path), text])));
    guardDataOf.set(guard, data);
  }
  return data;
}

/** Props of the cell that a synthesis input describes. */
export function cellPropsOf({ tenant, profile, bundles, assets, tokenSecretName }: TenantInput): TenantCellProps {
  return { tenant, profile, bundles, assets, ...(tokenSecretName === undefined ? {} : { tokenSecretName }) };
}

function urlOf({ access, host, tenant }: CellSettings): string {
  const outside = access.ingress ?? access.httpRoute;
  return outside === undefined || host === undefined
    ? `http://${cellNames.gateway}.${cellNamespace(tenant)}.svc:${gatewayPort}`
    : `https://${host}`;
}
