/** What a fleet configures in code: `fleet/fleet.config.ts`. */
import type { TenantCell } from '../cell/tenant-cell.ts';
import type { PlatformProps } from '../platform/settings.ts';
import type { TenantInput } from './tenant-input.ts';

/** The default export of `fleet/fleet.config.ts`. */
export interface FleetConfig {
  /**
   * How the runner is installed: its image, namespace, resources.
   * @default - two replicas of the published image in `cellwright-system`
   */
  readonly platform?: Omit<PlatformProps, 'version'>;
  /**
   * Called for each tenant after its cell was made: add constructs below `cell`, or change it by `ApiObject.addJsonPatch`.
   * Its objects pass the render gate like ours. Must be pure: no clock, no randomness, no environment; and whole: its hash
   * is that of this one file. A runner without it refuses the fleet's Managed tenants.
   * @default - cells stay as they are
   */
  readonly extendCell?: (cell: TenantCell, input: TenantInput) => void;
}

/** A fleet's additions to cells, with what identifies them. */
export interface CellExtension {
  readonly extendCell: NonNullable<FleetConfig['extendCell']>;
  /** SHA-256 of the file it comes from. */
  readonly hash: string;
}

/** Gives a configuration its type, for editors. */
export function defineFleet(config: FleetConfig): FleetConfig {
  return config;
}
