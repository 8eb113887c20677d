/** `fleet.config.ts` of a fleet: configuration in code. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CellExtension, FleetConfig } from '../../constructs/synth/fleet-config.ts';
import { publishModules } from './module-sharing.ts';

/** A fleet's configuration, and its additions to cells with their hash. */
export interface LoadedConfig {
  readonly config: FleetConfig;
  readonly extension: CellExtension | undefined;
}

/** The configuration cannot be used. */
export class FleetConfigError extends Error {
  readonly code = 'fleet.config';

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, { cause });
    this.name = 'FleetConfigError';
  }
}

const names = ['fleet.config.ts', 'fleet.config.js', 'fleet.config.mjs'];

/**
 * Loads the configuration of a fleet's folder; a fleet without one has the defaults.
 * @throws FleetConfigError when the file does not load or its default export is not an object
 */
export async function loadFleetConfig(folder: string): Promise<LoadedConfig> {
  const file = names.map((name) => path.join(folder, name)).find((candidate) => existsSync(candidate));
  return file === undefined ? { config: {}, extension: undefined } : loadConfigFile(file);
}

/** Loads one configuration file. */
export async function loadConfigFile(file: string): Promise<LoadedConfig> {
  let loaded: { readonly default?: unknown };
  // Loaded late: most fleets have no configuration in code.
  const { ownModules } = await import('./own-modules.ts');
  publishModules(ownModules);
  try {
    loaded = (await import(pathToFileURL(path.resolve(file)).href)) as { readonly default?: unknown };
  } catch (cause) {
    throw new FleetConfigError(file, `it does not load: ${cause instanceof Error ? cause.message : 'unknown'}`, cause);
  }
  const config = loaded.default;
  if (config === null || typeof config !== 'object') {
    throw new FleetConfigError(file, 'the default export must be what defineFleet({ … }) returns');
  }
  const { extendCell } = config as FleetConfig;
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { config, extension: extendCell === undefined ? undefined : { extendCell, hash } };
}
