/** The walls between people and the platform: what RBAC cannot say because it knows no fields, labels and images. */
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { debuggingPolicy } from './debugging.ts';
import { guardsPolicy } from './guards.ts';
import { imagesPolicy } from './images.ts';
import { tenantNamespacesPolicy } from './namespaces.ts';
import { platformFieldsPolicy } from './platform-fields.ts';
import { podsPolicy } from './pods.ts';

/** See above. */
export function peoplePolicies(settings: PlatformSettings): readonly AdmissionPolicy[] {
  return [tenantNamespacesPolicy, guardsPolicy, imagesPolicy, podsPolicy, debuggingPolicy, platformFieldsPolicy].map(
    (policyOf) => policyOf(settings),
  );
}
