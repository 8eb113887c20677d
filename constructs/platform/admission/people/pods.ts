/** The pods of a tenant stay as their StatefulSet made them. */
import { tenantLabel } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText } from '../cel.ts';
import { notBreakGlass, notController } from './writers.ts';

/**
 * What decides whose a pod is, which walls hold for it and where it goes. By labels a pod could be hidden from its StatefulSet and
 * given back under the revision of a newer one. A status can bring labels along; its annotations are for network plugins to set.
 */
const held: readonly { readonly path: string; readonly alsoByStatus: boolean }[] = [
  { path: 'metadata.labels', alsoByStatus: true },
  { path: 'metadata.ownerReferences', alsoByStatus: true },
  { path: 'metadata.annotations', alsoByStatus: false },
  // All of a pod's spec that the API server lets anybody change, but for images (images.ts) and what ends it sooner.
  { path: 'spec.affinity', alsoByStatus: false },
  { path: 'spec.nodeSelector', alsoByStatus: false },
  { path: 'spec.schedulingGates', alsoByStatus: false },
  { path: 'spec.tolerations', alsoByStatus: false },
];

function changed({ path, alsoByStatus }: (typeof held)[number]): string {
  const [parent = '', member = ''] = path.split('.');
  const field = (object: string): string => `dyn(${object}).${parent}.?${member}`;
  // Without a subresource the request has no such field.
  const asked = alsoByStatus ? '' : 'request.?subResource.orValue("") == "" && ';
  return `(${asked}${field('object')} != ${field('oldObject')} ? [${celText(path)}] : [])`;
}

/** See above. A pod may be deleted, which restarts the gateway. */
export function podsPolicy(settings: PlatformSettings): AdmissionPolicy {
  return {
    name: 'tenant-pods',
    requests: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods', 'pods/status'] }],
    namespaceLabel: tenantLabel,
    conditions: [notBreakGlass(settings), notController(settings)],
    variables: [{ name: 'changed', expression: held.map(changed).join(' + ') }],
    validations: [
      {
        expression: 'size(variables.changed) == 0',
        message: 'a pod of a tenant stays as its StatefulSet made it: change the TenantGateway, or delete the pod',
        messageExpression:
          'variables.changed.join(", ") + ": a pod of a tenant stays as its StatefulSet made it, for " + request.userInfo.username + " too: change the TenantGateway; to delete the pod restarts the gateway"',
      },
    ],
  };
}
