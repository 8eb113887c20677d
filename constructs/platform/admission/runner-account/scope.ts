/**
 * Everything that the runner's account may write at all, and where. It matches every resource and subresource, so that a role
 * that somebody gives to the account later changes nothing. Not matched by any policy: reads, impersonation, and these
 * policies themselves; RBAC alone stands there.
 */
import { kinds } from '../../../api/kinds/registry.ts';
import { apiGroup } from '../../../api/kinds/kind.ts';
import { tenantLabel } from '../../../cell/labels.ts';
import { emittedKinds } from '../../../synth/emitted-kinds.ts';
import { platformNames } from '../../labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy, Validation } from '../admission-policy.ts';
import { celMap, celText, celTexts } from '../cel.ts';
import { runnerPolicy } from './runner-policy.ts';
import { isOrWasTenantNamespace, labelOf, tenantNamedBy } from './tenant-namespace.ts';

type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** `<group>/<plural>`, with the subresource where there is one. */
const leases = 'coordination.k8s.io/leases';
const events = 'events.k8s.io/events';
const secrets = '/secrets';
const statefulSets = 'apps/statefulsets';
const claims = '/persistentvolumeclaims';
const ours = kinds.map(({ plural }) => `${apiGroup}/${plural}`);
const children = emittedKinds
  .filter(({ scope }) => scope === 'Namespaced')
  .map(({ apiVersion, plural }) => `${apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : ''}/${plural}`);
const inTenantNamespaces = [...children, secrets, claims];

const write: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE'];
const allowed: Readonly<Record<string, readonly Operation[]>> = {
  '/namespaces': write,
  ...Object.fromEntries(children.map((kind) => [kind, write])),
  [secrets]: ['CREATE'],
  [claims]: ['UPDATE'],
  ...Object.fromEntries(ours.flatMap((kind) => [kind, `${kind}/status`].map((path) => [path, ['UPDATE'] as const]))),
  [leases]: ['CREATE', 'UPDATE'],
  [events]: ['CREATE'],
  'admissionregistration.k8s.io/validatingwebhookconfigurations': ['UPDATE'],
};

const everything = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] } as const;

/** See above. */
export function scopePolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'scope',
    requests: [everything],
    variables: [
      {
        name: 'path',
        expression: `request.?subResource.orValue("") == "" ? "" : "/" + request.subResource`,
      },
      { name: 'kind', expression: `request.resource.group + "/" + request.resource.resource + variables.path` },
      { name: 'allowed', expression: celMap(allowed, celTexts) },
      { name: 'isTenants', expression: `variables.kind in ${celTexts(inTenantNamespaces)}` },
      // What was there before: an object that only comes into being has nothing that must stay.
      { name: 'finalizers', expression: metadataList('object', 'finalizers') },
      { name: 'oldFinalizers', expression: metadataList('oldObject', 'finalizers') },
    ],
    validations: [...places(settings), ...metadataRules],
  });
}

function metadataList(object: string, field: string): string {
  return `${object} == null ? [] : ${object}.metadata.?${field}.orValue([])`;
}

function places({ namespace }: PlatformSettings): readonly Validation[] {
  const lease = `request.?namespace.orValue("") == ${celText(namespace)} && object.metadata.name == ${celText(platformNames.lease)}`;
  const about = `object.?regarding.apiVersion.orValue("").startsWith(${celText(`${apiGroup}/`)})`;
  return [
    {
      expression: 'variables.kind in variables.allowed && request.operation in variables.allowed[variables.kind]',
      message: 'the account of the runner does not do this',
      messageExpression: '"the account of the runner does not " + request.operation + " " + variables.kind',
    },
    {
      expression: `!variables.isTenants || (namespaceObject != null && ${isOrWasTenantNamespace('namespaceObject')})`,
      message: `the account of the runner writes only in namespaces that carry ${tenantLabel} and are named after it`,
    },
    {
      expression: `variables.kind != ${celText(leases)} || (${lease})`,
      message: `the account of the runner has one Lease: ${platformNames.lease} in ${namespace}`,
    },
    {
      expression: `variables.kind != ${celText(events)} || (request.?namespace.orValue("") == "default" && ${about})`,
      message: 'the account of the runner tells Events about objects of its own kinds, in namespace default',
    },
  ];
}

const isTheirs = `${labelOf('(object == null ? oldObject : object)', tenantLabel)} == ${tenantNamedBy('namespaceObject')}`;
/**
 * One that lost its label while its volumes are to grow: its template is immutable, so that nothing puts the label back but to
 * make it anew, without its pods.
 */
const lostItsLabel = `object == null && variables.kind == ${celText(statefulSets)} && ${labelOf('oldObject', tenantLabel)} == ""`;
const isOurs = `variables.kind in ${celTexts(ours)}`;
const mayChange = `(${isOurs} && name.startsWith(${celText(`${apiGroup}/`)}))`;

const metadataRules: readonly Validation[] = [
  {
    expression: `!variables.isTenants || namespaceObject == null || ${isTheirs} || (${lostItsLabel})`,
    message: `what the account of the runner makes, changes or removes carries ${tenantLabel} with the tenant of its namespace`,
  },
  {
    // An owner that does not exist makes the garbage collector delete the object.
    expression: `object == null || (${metadataList('object', 'ownerReferences')}) == (${metadataList('oldObject', 'ownerReferences')})`,
    message: 'the account of the runner changes no ownerReferences',
  },
  {
    expression: `object == null || (variables.finalizers.all(name, name in variables.oldFinalizers || ${mayChange}) && variables.oldFinalizers.all(name, name in variables.finalizers || ${mayChange}))`,
    message: `the account of the runner changes no finalizers but ${apiGroup}/* of its own kinds`,
  },
  {
    expression: 'object == null || !has(object.metadata.generateName)',
    message: 'the account of the runner names what it makes',
  },
];
