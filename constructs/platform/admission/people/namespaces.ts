/** The Namespaces of tenants: their labels say whose they are and which Pod Security and images hold in them. */
import { cellLabels, cellNamespace, tenantLabel } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { notWriter } from './writers.ts';

/** Labels that guard by their prefix, the ones that a later version renders included. */
const guardedPrefixes = ['cellwright.dev/', 'pod-security.kubernetes.io/'];

const guardedKeys = Object.keys(cellLabels('', 'namespace')).filter((key) => key !== tenantLabel);

const isGuarded = `(key in ${celTexts(guardedKeys)} || ${guardedPrefixes
  .map((prefix) => `key.startsWith(${celText(prefix)})`)
  .join(' || ')})`;

/** Every label of ours in one of two maps has the same value in the other. */
function kept(one: string, other: string): string {
  return `${one}.all(key, !${isGuarded} || (key in ${other} && ${one}[key] == ${other}[key]))`;
}

const labels = (object: string): string => `(${object} == null ? {} : ${object}.metadata.?labels.orValue({}))`;

/**
 * Both objects are looked at: a patch that drops the label would pass a policy that selects by the new one. Status and
 * finalize are other ways to write the same labels. Who may delete a namespace is RBAC's to say.
 */
export function tenantNamespacesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return {
    name: 'tenant-namespaces',
    requests: [
      {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['namespaces', 'namespaces/status', 'namespaces/finalize'],
      },
    ],
    conditions: [
      ...notWriter(settings),
      {
        name: 'of-tenant',
        expression: `object.metadata.name.startsWith(${celText(cellNamespace(''))}) || ${celText(tenantLabel)} in ${labels('object')} || ${celText(tenantLabel)} in ${labels('oldObject')}`,
      },
    ],
    variables: [
      { name: 'before', expression: labels('oldObject') },
      { name: 'after', expression: labels('object') },
    ],
    validations: [
      {
        expression: 'oldObject != null',
        message: `a namespace that is named ${cellNamespace('')}… or carries ${tenantLabel} is made for a TenantGateway: create that instead`,
      },
      {
        expression: `oldObject == null || (${kept('variables.before', 'variables.after')} && ${kept('variables.after', 'variables.before')})`,
        message:
          'labels of Cellwright and of Pod Security on the namespace of a tenant are set by the runner or from Git: change the TenantGateway',
      },
    ],
  };
}
