/** Ways into a running pod: what runs there runs as the gateway, and the guard is not asked. */
import { tenantLabel } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { notBreakGlass } from './writers.ts';

/** A policy for `pods` alone would see none of these: subresources are named. */
export function debuggingPolicy(settings: PlatformSettings): AdmissionPolicy {
  return {
    name: 'tenant-debugging',
    requests: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods/ephemeralcontainers'] },
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CONNECT'], resources: ['pods/attach', 'pods/exec'] },
    ],
    namespaceLabel: tenantLabel,
    conditions: [notBreakGlass(settings)],
    variables: [],
    validations: [
      {
        expression: 'false',
        message:
          'attach, exec and debug containers go past the policy of the tenant: they are for the break-glass groups of the platform; kubectl logs and port-forward work',
      },
    ],
  };
}
