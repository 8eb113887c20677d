/** Writes what a fleet without problems synthesizes to. */
import { packageVersion } from '../../files/assets/package-root.ts';
import type { SynthCache } from '../../files/cache/synth-cache.ts';
import { cellFiles, commonFiles } from '../../files/fleet/fleet-files.ts';
import { judgeFleet } from '../../files/fleet/judge-fleet.ts';
import type { PlacedFleet } from '../../files/fleet/judge-fleet.ts';
import { rememberFiles, rememberTenant } from '../../files/fleet/settled-tenants.ts';
import type { FleetObject } from '../../files/read/fleet-object.ts';
import { OutputTree } from '../../files/write/output-tree.ts';
import type { TreeReport } from '../../files/write/output-tree.ts';
import type { OpenFleet } from './open-fleet.ts';

/** Where and how to write. */
export interface WriteOptions {
  readonly out: string;
  readonly delivery: 'spec' | 'rendered';
  readonly cache?: SynthCache | undefined;
}

/**
 * Writes the tree; on an error the folder stays as it was. Files of settled tenants are kept when they still have the content
 * that is on record; where they have not, the tenant is judged and synthesized like any other.
 */
export function writeFleet(opened: OpenFleet, { out, delivery, cache }: WriteOptions): TreeReport {
  const tree = new OutputTree(out);
  try {
    for (const file of commonFiles(opened.fleet, { ...opened.config.platform, version: packageVersion() })) {
      tree.write(file);
    }
    if (cache !== undefined) {
      rememberFiles(cache, opened.input);
    }
    const lost = opened.settled.filter(({ record }) => !tree.keep(record)).map(({ object }) => object);
    const { assets, extension, inputs } = opened;
    const fleet = withTenants(opened, lost);
    for (const tenant of fleet.tenants) {
      const files = cellFiles(tenant, fleet, { assets, delivery, ...(extension === undefined ? {} : { extension }) });
      for (const file of files) {
        tree.write(file);
      }
      if (cache !== undefined) {
        rememberTenant({ cache, inputs }, tenant, { files, fleet });
      }
    }
    const report = tree.commit();
    cache?.save();
    return report;
  } catch (error) {
    tree.abort();
    throw error;
  }
}

function withTenants({ input, fleet, assets }: OpenFleet, lost: readonly FleetObject[]): PlacedFleet {
  if (lost.length === 0) {
    return fleet;
  }
  const elsewhere = { names: input.tenants.map(({ name }) => name), servedHosts: new Map<string, string>() };
  const judged = judgeFleet({ ...input, tenants: lost }, assets, elsewhere);
  if (judged.problems.length > 0) {
    // The same file under the same inputs was fine: only a cache that was written by hand says otherwise.
    throw new Error('the synth cache vouches for a tenant that has problems: remove .cellwright-cache and run again');
  }
  return { ...fleet, tenants: [...fleet.tenants, ...judged.fleet.tenants] };
}
