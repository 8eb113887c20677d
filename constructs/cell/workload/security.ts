/** Who the containers are and what the kernel lets them do. */
import type { k8s } from 'cdk8s-plus-28';
import { sharedPart } from '../plain.ts';

/** The user `node` of the OpenClaw image; OPA's image runs as it too. */
export const userId = 1000;

/** Pod Security `restricted` for a pod, with files of volumes owned by the user's group. */
export const podSecurity: k8s.PodSecurityContext = sharedPart({
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  fsGroup: userId,
  // A recursive chown of a large state volume at each start would cost minutes.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

/** Pod Security `restricted` for a container, and a root that cannot be written. */
export const containerSecurity: k8s.SecurityContext = sharedPart({
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
});
