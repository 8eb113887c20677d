/**
 * Bindings that distributions and network plugins make in every cluster or namespace, for everybody or for accounts that they put
 * there. Known by name, role, subjects and what the role gives: one that gives or reaches more is judged like any other.
 *
 * OpenShift: https://docs.redhat.com/en/documentation/openshift_container_platform/4.16/html/authentication_and_authorization/using-rbac
 * (`oc describe clusterrolebinding`), https://docs.redhat.com/en/documentation/openshift_container_platform/4.16/html/authentication_and_authorization/using-service-accounts.
 * Calico asks its own tiers after RBAC: https://docs.tigera.io/calico/latest/network-policy/policy-tiers/rbac-tiered-policies.
 */
import type { LiveObject } from '../../kube/live-object.ts';
import type { PolicyRule } from './rules.ts';
import { strongRight } from './rules.ts';
import { subjectsOf, subjectText } from './subjects.ts';
import type { Binding } from './subjects.ts';

/** One of them; the role is a ClusterRole. */
interface KnownBinding {
  readonly role: string;
  readonly subjects: (namespace: string) => readonly string[];
  /** What the role may give beside reading. */
  readonly groups: readonly string[];
  readonly resources: readonly string[];
}

const everybody = (): string[] => ['Group system:authenticated', 'Group system:unauthenticated'];
const openShift = (role: string, group: string, resources: readonly string[]): KnownBinding => ({
  role,
  subjects: everybody,
  groups: ['', `${group}.openshift.io`, 'authorization.k8s.io'],
  resources,
});
const reviews = ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'];
const calico = (role: string): KnownBinding => ({
  role,
  subjects: everybody,
  groups: ['projectcalico.org'],
  resources: ['networkpolicies', 'globalnetworkpolicies', 'stagednetworkpolicies', 'stagedglobalnetworkpolicies'],
});

const ofCluster: Readonly<Record<string, KnownBinding>> = {
  'basic-users': openShift('basic-user', 'authorization', reviews),
  'self-access-reviewers': openShift('self-access-reviewer', 'authorization', reviews),
  'system:oauth-token-deleters': openShift('system:oauth-token-deleter', 'oauth', [
    'oauthaccesstokens',
    'oauthauthorizetokens',
  ]),
  'system:scope-impersonation': openShift('system:scope-impersonation', 'authorization', []),
  'system:webhooks': openShift('system:webhook', 'build', ['buildconfigs/webhooks']),
  'system:build-strategy-docker-binding': openShift('system:build-strategy-docker', 'build', [
    'builds/docker',
    'builds/optimizeddocker',
  ]),
  'system:build-strategy-source-binding': openShift('system:build-strategy-source', 'build', ['builds/source']),
  'system:build-strategy-jenkinspipeline-binding': openShift('system:build-strategy-jenkinspipeline', 'build', [
    'builds/jenkinspipeline',
  ]),
  'calico-tiered-policy-passthrough': calico('calico-tiered-policy-passthrough'),
  'tigera-tiered-policy-passthrough': calico('tigera-tiered-policy-passthrough'),
};

const ofNamespace: Readonly<Record<string, KnownBinding>> = {
  'system:image-builders': {
    role: 'system:image-builder',
    subjects: (namespace) => [`ServiceAccount ${namespace}/builder`],
    groups: ['', 'image.openshift.io', 'build.openshift.io'],
    resources: ['imagestreams', 'imagestreams/layers', 'builds', 'builds/details'],
  },
  'system:deployers': {
    role: 'system:deployer',
    subjects: (namespace) => [`ServiceAccount ${namespace}/deployer`],
    groups: ['', 'image.openshift.io'],
    resources: [
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'pods',
      'events',
      'imagestreamtags',
      'imagetags',
    ],
  },
  'system:image-pullers': {
    role: 'system:image-puller',
    subjects: (namespace) => [`Group system:serviceaccounts:${namespace}`],
    groups: ['', 'image.openshift.io'],
    resources: ['imagestreams/layers'],
  },
};

/** @param rules of the role that is bound; undefined when they may not be read, and then it is not known */
export function isKnownBinding(binding: LiveObject, rules: readonly PolicyRule[] | undefined): boolean {
  const { name, namespace } = binding.metadata;
  const table = namespace === undefined ? ofCluster : ofNamespace;
  const known = Object.hasOwn(table, name) ? table[name] : undefined;
  if (known === undefined || rules === undefined) return false;
  const { kind, name: role } = (binding as Binding).roleRef;
  if (kind !== 'ClusterRole' || role !== known.role) return false;
  const expected = known.subjects(namespace ?? '');
  if (!subjectsOf(binding).every((subject) => expected.includes(subjectText(subject)))) return false;
  const others = rules.filter(
    ({ apiGroups = [], resources = [] }) =>
      !(
        apiGroups.every((one) => known.groups.includes(one)) && resources.every((one) => known.resources.includes(one))
      ),
  );
  return strongRight(others) === undefined;
}

/** Accounts that OpenShift makes in every namespace, where the bindings that come with them are there. */
export function knownAccounts(bindings: readonly LiveObject[]): readonly string[] {
  const names = new Set(bindings.map(({ metadata }) => metadata.name));
  return [
    ...(names.has('system:image-builders') ? ['builder'] : []),
    ...(names.has('system:deployers') ? ['deployer'] : []),
  ];
}
