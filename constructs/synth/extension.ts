/** How a fleet adds constructs of its own to cells. */
import type { TenantCell } from '../cell/tenant-cell.ts';
import type { TenantInput } from './tenant-input.ts';

/**
 * What `fleet/fleet.config.ts` exports as `default`. Its objects pass the render gate like ours: emitted kinds only, in
 * the tenant's namespace.
 */
export interface CellExtension {
  /**
   * Called for each tenant after its cell was made; add constructs below `cell`, or change it by `ApiObject.addJsonPatch`.
   * Must be pure: no clock, no randomness, no environment.
   */
  readonly extendCell?: (cell: TenantCell, input: TenantInput) => void;
}

/** Gives a literal the type, for editors. */
export function defineFleet(extension: CellExtension): CellExtension {
  return extension;
}
