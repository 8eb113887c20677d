/** Reads and judges a fleet, with everything that commands need to go on. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { Fleet } from '../../constructs/synth/fleet-tree.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { judgeFleet } from '../../files/fleet/judge-fleet.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import { readFleet } from '../../files/read/read-fleet.ts';
import { regoProblems } from './check-rego.ts';
import { loadFleetConfig } from './fleet-config-file.ts';
import type { LoadedConfig } from './fleet-config-file.ts';

/** A fleet that was read. */
export interface OpenFleet extends LoadedConfig {
  readonly fleet: Fleet;
  readonly assets: SynthAssets;
  readonly problems: readonly LocatedProblem[];
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
export async function openFleet(folder: string, progress: (line: string) => void): Promise<OpenFleet> {
  if (!['tenants', 'profiles', 'bundles'].some((name) => existsSync(path.join(folder, name)))) {
    throw new NoFleetError(folder);
  }
  const assets = loadAssets();
  const input = readFleet(folder);
  const { fleet, problems } = judgeFleet(input, assets);
  const rego = await regoProblems(input.bundles, assets, progress);
  return { fleet, assets, problems: [...problems, ...rego], ...(await loadFleetConfig(folder)) };
}
