/** Every kind of ours; what walks them (CRDs, docs, tests of completeness) starts here. */
import { gatewayProfile } from './gateway-profile.ts';
import type { KindDefinition } from './kind.ts';
import { policyBundle } from './policy-bundle.ts';
import { tenantGateway } from './tenant-gateway.ts';

/** The kinds in the order in which they must exist: what others name comes first. */
export const kinds: readonly KindDefinition[] = [gatewayProfile, policyBundle, tenantGateway];

/** The definition of a kind, or undefined when it is not ours. */
export function kindNamed(kind: string): KindDefinition | undefined {
  return kinds.find((definition) => definition.kind === kind);
}
