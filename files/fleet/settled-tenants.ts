/** Tenants for which nothing has changed since a run that wrote their files: neither their own file nor anything else that decides. */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { servedHost } from '../../constructs/rules/host.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { TreeOptions } from '../../constructs/synth/fleet-tree.ts';
import { hashOf } from '../cache/synth-cache.ts';
import type { SynthCache, TenantRecord } from '../cache/synth-cache.ts';
import type { FleetObject } from '../read/fleet-object.ts';
import type { FleetInput } from '../read/read-fleet.ts';
import { recordOf } from '../write/output-file.ts';
import type { TextFile } from './fleet-files.ts';
import type { Placed, PlacedFleet, TenantsElsewhere } from './judge-fleet.ts';

/** A tenant with what an earlier run gave for it. */
export interface SettledTenant {
  readonly object: FleetObject;
  readonly record: TenantRecord;
}

/** Hash of all that decides a tenant's verdict and files beside its own file; the version is part of the cache itself. */
export function sharedInputs(
  { profiles, bundles }: Pick<FleetInput, 'profiles' | 'bundles'>,
  { assets, delivery, extension }: TreeOptions,
): string {
  const objects = [...profiles, ...bundles].map(({ name, contentHash }) => `${name} ${contentHash}`);
  return hashOf([delivery ?? 'spec', extension?.hash ?? '', ...objects, ...assetTexts(assets)]);
}

function assetTexts({ rego, guard, capabilities }: SynthAssets): string[] {
  return [...Object.entries(rego), ...Object.entries(guard)].flat().concat(capabilities);
}

/** Parts the tenants into those that are settled and those that must be judged and synthesized. */
export function partTenants(
  tenants: readonly FleetObject[],
  cache: SynthCache,
  inputs: string,
): { readonly settled: readonly SettledTenant[]; readonly open: readonly FleetObject[] } {
  const settled: SettledTenant[] = [];
  const open: FleetObject[] = [];
  for (const object of tenants) {
    const record = cache.tenant(object.contentHash, object.name, inputs);
    if (record === undefined) {
      open.push(object);
    } else {
      settled.push({ object, record });
    }
  }
  return { settled, open };
}

/** What the rules between objects must know of settled tenants. */
export function tenantsElsewhere(settled: readonly SettledTenant[]): TenantsElsewhere {
  const servedHosts = new Map(
    settled.flatMap(({ object, record }) =>
      record.facts['host'] === undefined ? [] : [[record.facts['host'], object.name] as const],
    ),
  );
  return { names: settled.map(({ object }) => object.name), servedHosts };
}

/** Remembers the files of a fleet without problems, so that they need not be parsed again. */
export function rememberFiles(cache: SynthCache, { profiles, bundles, tenants }: FleetInput): void {
  const byFile = new Map<string, FleetObject[]>();
  for (const object of [...profiles, ...bundles, ...tenants]) {
    const together = byFile.get(object.contentHash);
    if (together === undefined) {
      byFile.set(object.contentHash, [object]);
    } else {
      together.push(object);
    }
  }
  for (const [contentHash, objects] of byFile) {
    cache.rememberFile(
      contentHash,
      objects.sort((a, b) => a.index - b.index),
    );
  }
}

/** Remembers what a tenant was given. */
export function rememberTenant(
  { cache, inputs }: { readonly cache: SynthCache; readonly inputs: string },
  tenant: Placed<TenantGatewaySpec>,
  { files, fleet }: { readonly files: readonly TextFile[]; readonly fleet: PlacedFleet },
): void {
  const profile = fleet.profiles.find(({ name }) => name === profileNameOf(tenant.spec));
  const host = profile && servedHost({ tenant, profile });
  cache.rememberTenant(tenant.object.contentHash, tenant.name, {
    ...recordOf(files),
    inputs,
    facts: host === undefined ? {} : { host },
  });
}
