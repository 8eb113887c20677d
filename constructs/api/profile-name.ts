/** The profile that a tenant stands under. */
import type { TenantGatewaySpec } from './types.gen.ts';

/** Name of the GatewayProfile that a spec names, or that it means by naming none. */
export function profileNameOf({ profile = 'default' }: Pick<TenantGatewaySpec, 'profile'>): string {
  return profile;
}
