/** The fleet of bench/fleet.ts as the runner works on it: Managed tenants, whose tokens the runner makes. */
import { load } from 'js-yaml';
import { withDefaults } from '../../constructs/api/defaults.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import type { TenantInput } from '../../constructs/synth/tenant-input.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { tokenSecretOf, withToken } from '../../runner/fleet/token-secret.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { sharedTexts, tenantText } from '../fleet.ts';

/** A custom object as somebody applies it. */
export interface FleetObject extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

const assets = loadAssets();
const token = 'gateway-token-bench';

/** Profile and bundles. */
export function sharedObjects(): FleetObject[] {
  return sharedTexts().map((text) => load(text) as FleetObject);
}

/** One tenant. */
export function tenantObject(index: number): FleetObject {
  const object = load(tenantText(index)) as FleetObject;
  const { delivery: _, access, ...spec } = object.spec as TenantGatewaySpec;
  const { tokenSecretRef: _made, ...reached } = access ?? {};
  return { ...object, spec: { ...spec, access: reached } };
}

/** Everything that the runner makes for a tenant, the token included, in the order of synthesis. */
export function childrenOf(tenant: FleetObject): KubeObject[] {
  shared ??= sharedInput();
  const named = { name: tenant.metadata.name, spec: defaulted(tenant) as TenantGatewaySpec };
  const { objects } = synthesizeTenant({ ...shared, tenant: named, assets, tokenSecretName: token });
  const secret = withToken(tokenSecretOf(tenant as unknown as Tenant, token));
  const workload = objects.findIndex(({ kind }) => kind === 'StatefulSet');
  return objects.toSpliced(workload, 0, secret);
}

let shared: Pick<TenantInput, 'profile' | 'bundles'> | undefined;

function sharedInput(): Pick<TenantInput, 'profile' | 'bundles'> {
  const objects = sharedObjects();
  const ofKind = (kind: string): FleetObject[] => objects.filter((object) => object.kind === kind);
  const [profile] = ofKind('GatewayProfile');
  if (profile === undefined) throw new Error('the fleet has no profile');
  return {
    profile: { name: profile.metadata.name, spec: defaulted(profile) as GatewayProfileSpec },
    bundles: ofKind('PolicyBundle').map((bundle) => ({
      name: bundle.metadata.name,
      spec: defaulted(bundle) as PolicyBundleSpec,
    })),
  };
}

/** The spec as the API server holds it. */
function defaulted(object: FleetObject): unknown {
  const definition = kindNamed(object.kind);
  if (definition === undefined) throw new Error(`there is no kind ${object.kind}`);
  return (withDefaults(definition, object) as { readonly spec: unknown }).spec;
}
