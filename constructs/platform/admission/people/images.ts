/** Which images run in the namespace of a tenant: those of its profile, whoever made the pod. */
import { profileLabel, tenantLabel } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { profileOfNamespace, profileParams } from '../profile-params.ts';
import { notBreakGlass } from './writers.ts';

/** An image whose digest is cut off, without its tag; a port before the last slash is no tag. */
function withoutTag(image: string): string {
  return `(${image}.lastIndexOf(":") > ${image}.lastIndexOf("/") ? ${image}.substring(0, ${image}.lastIndexOf(":")) : ${image})`;
}

const imagesOf = (pod: string): string =>
  `(${pod}.spec.containers + ${pod}.spec.?initContainers.orValue([])).map(container, container.?image.orValue(""))`;

/** What runs may be labelled, finalized and removed, though its profile became stricter or the namespace lost its label. */
const startsOrChanges = {
  name: 'starts-or-changes',
  expression: `oldObject == null || ${imagesOf('object')} != ${imagesOf('oldObject')}`,
};

/**
 * The rules are asked once for each profile that there is; all but the namespace's own answer yes. So a namespace whose
 * profile is gone is not held by this policy, but by who may make workloads there (`tenant-guards`) and who may write the
 * label (`tenant-namespaces`). Repositories count, not tags: while a rollout waits, pods of the old version must still start.
 * In a pod that runs an image never changes, not even its tag: the checks of its init containers were those of another one.
 */
export function imagesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return {
    name: 'tenant-images',
    requests: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] }],
    namespaceLabel: tenantLabel,
    params: profileParams,
    conditions: [notBreakGlass(settings), startsOrChanges],
    variables: [
      profileOfNamespace,
      { name: 'opa', expression: 'string(params.spec.images.opa).split("@")[0]' },
      {
        name: 'repositories',
        expression: `[string(params.spec.openclaw.repository), ${withoutTag('variables.opa')}]`,
      },
      {
        name: 'allowed',
        expression:
          'variables.repositories.map(name, name + ":") + variables.repositories.map(name, name + "@") + params.spec.images.?allowed.orValue([])',
      },
      {
        name: 'foreign',
        expression: `${imagesOf('object')}.filter(image, !variables.allowed.exists(prefix, image.startsWith(prefix)))`,
      },
    ],
    validations: [
      {
        expression: 'oldObject == null',
        message:
          'the image of a container that runs does not change: change the TenantGateway, and its pods are replaced',
      },
      {
        expression: 'variables.profile != ""',
        message: `no pod runs in a namespace of a tenant without the label ${profileLabel}: let the runner or Git apply it`,
      },
      {
        expression: 'variables.profile != params.metadata.name || size(variables.foreign) == 0',
        message: 'the profile of the tenant does not allow the image of a container',
        messageExpression:
          '"GatewayProfile " + params.metadata.name + " does not allow " + variables.foreign.join(", ") + ": use an image that starts with " + variables.allowed.join(" or ") + ", or extend spec.images.allowed of the profile"',
      },
      {
        // An older API server does not know the field.
        expression: 'object.spec.?volumes.orValue([]).all(volume, !has(dyn(volume).image))',
        message: 'no image is mounted as a volume in the namespace of a tenant: no profile allows one',
      },
    ],
  };
}
