/** The guards of a cell: written by the runner, from Git and in an emergency, and by nobody else. */
import { cellNames, tenantLabel } from '../../../cell/labels.ts';
import { emittedKinds } from '../../../synth/emitted-kinds.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { guardedRequests, sharedKinds } from './guarded-resources.ts';
import { changesMore } from './harmless-updates.ts';
import { notController, notWriter } from './writers.ts';

const sharedResources = emittedKinds.filter(({ kind }) => sharedKinds.includes(kind)).map(({ plural }) => plural);

/** Of the object: a request to delete a collection has none. */
const nameOfObject = '(object != null ? object.metadata.name : oldObject.metadata.name)';

/** Names of ConfigMaps before their hash. */
const configMapPrefixes = ['gateway-config-', 'guard-', 'policy-', 'workspace-'];

/** Ours by label, before or after; by name too, so that nobody is there first. */
function isOurs(): string {
  const labelled = (object: string): string =>
    `(${object} != null && ${celText(tenantLabel)} in ${object}.metadata.?labels.orValue({}))`;
  const prefixes = configMapPrefixes.map((prefix) => `${nameOfObject}.startsWith(${celText(prefix)})`);
  return [
    labelled('object'),
    labelled('oldObject'),
    `(request.resource.resource == "serviceaccounts" && ${nameOfObject} == ${celText(cellNames.gateway)})`,
    `(request.resource.resource == "configmaps" && (${prefixes.join(' || ')}))`,
  ].join(' || ');
}

/** All objects of a kind are held, not ours alone: NetworkPolicies and routes of others add to ours. */
export function guardsPolicy(settings: PlatformSettings): AdmissionPolicy {
  return {
    name: 'tenant-guards',
    requests: guardedRequests,
    namespaceLabel: tenantLabel,
    conditions: [
      ...notWriter(settings),
      notController(settings),
      changesMore,
      {
        name: 'guard',
        expression: `!(request.resource.resource in ${celTexts(sharedResources)}) || ${isOurs()}`,
      },
    ],
    variables: [],
    validations: [
      {
        expression: 'false',
        message: 'this guards the tenant: the runner or Git writes it, so change the TenantGateway or its profile',
        messageExpression:
          '"what guards a tenant is written by the runner or from Git, not by " + request.userInfo.username + ": change the TenantGateway or its profile instead of " + request.resource.resource + " " + ' +
          nameOfObject,
      },
    ],
  };
}
