/** The levels of a policy as JSON, each written once for all tenants that share it. */
import type { PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import { sortKeys } from '../synth/order.ts';
import type { Named } from '../synth/tenant-input.ts';
import { applicableBundles, bundleLevel, tenantLevel } from './levels.ts';

/** One line of JSON a level, keys sorted, from the enterprise down to the tenant's own rules. */
export function levelLines(
  tenant: Named<TenantGatewaySpec>,
  bundles: readonly Named<PolicyBundleSpec>[],
): readonly string[] {
  const own = tenantLevel(tenant);
  return [
    ...applicableBundles(tenant.spec, bundles).map((bundle) => bundleLine(bundle, tenant.name)),
    ...(own === undefined ? [] : [line(own)]),
  ];
}

const shared = new WeakMap<PolicyBundleSpec, { readonly name: string; readonly line: string }>();

/** A large bundle holds for thousands of tenants; only a grant makes its document differ between them. */
function bundleLine(bundle: Named<PolicyBundleSpec>, tenant: string): string {
  const level = bundleLevel(bundle, tenant);
  if (level.grants.length > 0) {
    return line(level);
  }
  const known = shared.get(bundle.spec);
  if (known?.name === bundle.name) {
    return known.line;
  }
  const written = line(level);
  shared.set(bundle.spec, { name: bundle.name, line: written });
  return written;
}

function line(level: object): string {
  return JSON.stringify(sortKeys(level));
}
