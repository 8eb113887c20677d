/** Namespaces: made, kept and removed for tenants, with the walls that stand in their labels. */
import { organizationLabel, profileLabel, tenantLabel } from '../../../cell/labels.ts';
import { podSecurityLabels, podSecurityVersions } from '../../../cell/namespace.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { keysStay, metadataChange } from './kept-keys.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';
import { fixedNamespaceLabels, isOrWasTenantNamespace, isTenantNamespace, labelOf } from './tenant-namespace.ts';

/** Put on every namespace by the API server. */
const nameLabel = 'kubernetes.io/metadata.name';

/** What a namespace of a tenant says about itself, as this version renders it. */
const rendered = { ...fixedNamespaceLabels, ...podSecurityLabels };

/** The level of Pod Security never weakens. Its version may be an earlier one of ours, or stay as it was before. */
function wall([key, value]: [string, string]): string {
  const label = labelOf('object', key);
  if (!key.endsWith('-version')) return `${label} == ${celText(value)}`;
  const before = labelOf('oldObject', key);
  return `(${label} in ${celTexts(podSecurityVersions)} || (oldObject != null && ${before} != "" && ${label} == ${before}))`;
}

/**
 * Old and new object are both judged: the labels that a policy selects namespaces by are those after the write. Other
 * labels stay: NetworkPolicies anywhere in the cluster may let in whom they name.
 */
export function namespacesPolicy(settings: PlatformSettings): AdmissionPolicy {
  const { extensionKeys } = settings.admission;
  const ours = [tenantLabel, organizationLabel, profileLabel, nameLabel, ...Object.keys(rendered), ...extensionKeys];
  const walls = Object.entries(rendered).map(wall);
  const namespaces = writesOf('Namespace').map((requests) => ({
    ...requests,
    operations: ['CREATE', 'UPDATE', 'DELETE'] as const,
  }));
  return runnerPolicy(settings, {
    name: 'namespaces',
    requests: namespaces,
    validations: [
      {
        expression: `object == null || (${isTenantNamespace('object')})`,
        message: `the account of the runner makes and changes only namespaces that carry ${tenantLabel} and are named after it`,
      },
      {
        expression: `object == null || oldObject == null || ${isOrWasTenantNamespace('oldObject')}`,
        message: `the account of the runner adopts no namespace: this one did not carry ${tenantLabel} before`,
      },
      {
        expression: `object != null || (${isTenantNamespace('oldObject')})`,
        message: `the account of the runner removes only namespaces that carry ${tenantLabel} and are named after it`,
      },
      {
        expression: `object == null || (${walls.join(' && ')})`,
        message: 'a namespace of a tenant keeps its labels, those of Pod Security as they are rendered among them',
      },
      {
        expression: `object == null || (${keysStay(metadataChange('labels'), ours)} && ${keysStay(metadataChange('annotations'), extensionKeys)})`,
        message:
          'the account of the runner leaves labels and annotations of others alone; those of an extension are named in admission.extensionKeys of the platform',
      },
      {
        expression:
          'object == null || (oldObject == null ? object.?spec.finalizers.orValue([]).all(name, name == "kubernetes") : object.?spec == oldObject.?spec)',
        message: 'the account of the runner leaves the finalizers of a namespace to Kubernetes',
      },
    ],
  });
}
