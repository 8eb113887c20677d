/** The policies of a fleet's tenants, composed as synthesis composes them. */
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { composePolicy } from '../../constructs/policy/compose.ts';
import type { PlacedFleet } from '../../files/fleet/judge-fleet.ts';
import type { FleetMember } from '../../constructs/synth/fleet-tree.ts';
import { findOpa } from '../../opa/find-opa.ts';
import { openFleet } from '../fleet/open-fleet.ts';
import { showProblems } from '../output/problems.ts';
import { line, terminal } from '../terminal.ts';

/** A fleet that decides. */
export interface FleetPolicy {
  readonly opa: string;
  readonly fleet: PlacedFleet;
  /** The library and every bundle's Rego, by file name. */
  readonly modules: Readonly<Record<string, string>>;
  /** `data.policy` of a tenant. */
  readonly policyOf: (tenant: FleetMember<TenantGatewaySpec>) => unknown;
}

/** How a fleet's policy is opened. */
export interface FleetPolicyOptions {
  readonly fleet: string;
  /** Audit bundles that are taken as if they decided. */
  readonly enforce?: readonly string[];
}

/** Reads a fleet for its policy; undefined when it has problems, which are then shown. */
export async function openPolicy({
  fleet: folder,
  enforce = [],
}: FleetPolicyOptions): Promise<FleetPolicy | undefined> {
  const progress = (text: string): void => line(terminal.err, text);
  const { fleet: opened, assets, problems } = await openFleet(folder, { progress });
  if (problems.length > 0) {
    showProblems(terminal.err, problems);
    return undefined;
  }
  const fleet = enforced(opened, enforce);
  const compose = (tenant: FleetMember<TenantGatewaySpec>): ReturnType<typeof composePolicy> =>
    composePolicy({ tenant, bundles: fleet.bundles, library: assets.rego });
  return {
    opa: await findOpa({ environment: process.env, progress }),
    fleet,
    modules: Object.assign({ ...assets.rego }, ...fleet.tenants.map((tenant) => compose(tenant).modules)) as Record<
      string,
      string
    >,
    policyOf: (tenant) => (JSON.parse(compose(tenant).data) as { readonly policy: unknown }).policy,
  };
}

function enforced(fleet: PlacedFleet, names: readonly string[]): PlacedFleet {
  const bundles = fleet.bundles.map((bundle) =>
    names.includes(bundle.name) ? { ...bundle, spec: { ...bundle.spec, enforcement: 'Enforce' as const } } : bundle,
  );
  return { ...fleet, bundles };
}
