/** The policies of a fleet's tenants, composed as synthesis composes them. */
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { composePolicy } from '../../constructs/policy/compose.ts';
import { bundleFile, bundleModule } from '../../constructs/policy/free-rego.ts';
import { levelLines } from '../../constructs/policy/level-lines.ts';
import type { FleetMember } from '../../constructs/synth/fleet-tree.ts';
import type { PlacedFleet } from '../../files/fleet/judge-fleet.ts';
import { findOpa } from '../../opa/find-opa.ts';
import { openFleet } from '../fleet/open-fleet.ts';
import { showProblems } from '../output/problems.ts';
import { line, terminal } from '../terminal.ts';

/** A tenant of a fleet. */
export type Tenant = FleetMember<TenantGatewaySpec>;

/** A fleet that decides. */
export interface FleetPolicy {
  readonly opa: string;
  readonly fleet: PlacedFleet;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** The library and every bundle's Rego, by file name. */
  readonly modules: Readonly<Record<string, string>>;
  /** `data.policy` of a tenant; levels that tenants share are the same object. */
  readonly policyOf: (tenant: Tenant) => PolicyDocument;
}

/** `data.policy`. */
export interface PolicyDocument {
  readonly levels: readonly unknown[];
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
  const { bundles } = fleet;
  const free = bundles.flatMap(({ name, spec: { rego } }) =>
    rego === undefined ? [] : [[bundleFile(name), bundleModule(name, rego)] as const],
  );
  const levelOf = sharedLevels();
  return {
    opa: await findOpa({ environment: process.env, progress }),
    fleet,
    tenants: new Map(fleet.tenants.map((tenant) => [tenant.name, tenant])),
    modules: { ...assets.rego, ...Object.fromEntries(free) },
    policyOf: (tenant) => {
      const { data } = composePolicy({ tenant, bundles, library: assets.rego });
      const { policy } = JSON.parse(data) as { readonly policy: PolicyDocument };
      return { ...policy, levels: levelLines(tenant, bundles).map(levelOf) };
    },
  };
}

/** Parses each different level once: a bundle of a thousand rules may hold for ten thousand tenants. */
function sharedLevels(): (text: string) => unknown {
  const known = new Map<string, unknown>();
  return (text) => {
    const level: unknown = known.get(text) ?? JSON.parse(text);
    known.set(text, level);
    return level;
  };
}

function enforced(fleet: PlacedFleet, names: readonly string[]): PlacedFleet {
  const bundles = fleet.bundles.map((bundle) =>
    names.includes(bundle.name) ? { ...bundle, spec: { ...bundle.spec, enforcement: 'Enforce' as const } } : bundle,
  );
  return { ...fleet, bundles };
}
