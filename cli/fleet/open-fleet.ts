/** Reads and judges a fleet, with everything that commands need to go on. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import type { SynthCache } from '../../files/cache/synth-cache.ts';
import { judgeFleet } from '../../files/fleet/judge-fleet.ts';
import type { PlacedFleet } from '../../files/fleet/judge-fleet.ts';
import { partTenants, sharedInputs, tenantsElsewhere } from '../../files/fleet/settled-tenants.ts';
import type { SettledTenant } from '../../files/fleet/settled-tenants.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { readFleet } from '../../files/read/read-fleet.ts';
import type { FleetInput } from '../../files/read/read-fleet.ts';
import { regoProblems } from './check-rego.ts';
import { loadFleetConfig } from './fleet-config-file.ts';
import type { LoadedConfig } from './fleet-config-file.ts';

/** A fleet that was read. */
export interface OpenFleet extends LoadedConfig {
  /** Everything that was read. */
  readonly input: FleetInput;
  /** What was judged: all of it, without the tenants that are settled. */
  readonly fleet: PlacedFleet;
  readonly settled: readonly SettledTenant[];
  /** Hash of what decides tenants beside their own files. */
  readonly inputs: string;
  readonly assets: SynthAssets;
  readonly problems: readonly LocatedProblem[];
  /** What may be meant so, and may be a mistake; of scopes only when every tenant was judged anew. */
  readonly warnings: readonly LocatedProblem[];
}

/** How a fleet is opened. */
export interface OpenOptions {
  /** Told what takes long. */
  readonly progress: (line: string) => void;
  /** @default 'spec' */
  readonly delivery?: 'spec' | 'rendered';
  /** What earlier runs have shown. @default - everything is judged */
  readonly cache?: SynthCache | undefined;
}

/** The folder that was named is no fleet. */
export class NoFleetError extends Error {
  readonly code = 'fleet.folder-missing';

  constructor(folder: string) {
    super(`there is no fleet in ${folder}: name its folder with --fleet, or make one with "cellwright init"`);
    this.name = 'NoFleetError';
  }
}

/** Reads, validates and checks a fleet. */
export async function openFleet(folder: string, { progress, delivery, cache }: OpenOptions): Promise<OpenFleet> {
  if (!['tenants', 'profiles', 'bundles'].some((name) => existsSync(path.join(folder, name)))) {
    throw new NoFleetError(folder);
  }
  const assets = loadAssets();
  const loaded = await loadFleetConfig(folder);
  const input = readFleet(folder, cache === undefined ? {} : { known: cache.known });
  const inputs = sharedInputs(input, {
    assets,
    ...(delivery === undefined ? {} : { delivery }),
    ...(loaded.extension === undefined ? {} : { extension: loaded.extension }),
  });
  const { settled, open } =
    cache === undefined ? { settled: [], open: input.tenants } : partTenants(input.tenants, cache, inputs);
  const { fleet, problems, warnings } = judgeFleet({ ...input, tenants: open }, assets, tenantsElsewhere(settled));
  const rego = await regoProblems(input.bundles, assets, progress);
  return { ...loaded, input, fleet, settled, inputs, assets, problems: [...problems, ...rego], warnings };
}
