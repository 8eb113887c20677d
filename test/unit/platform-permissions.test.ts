/** What the runner may do, walked from the list of kinds that cells are made of. */
import { describe, expect, test } from '@jest/globals';
import { platformNames } from '../../constructs/platform/labels.ts';
import { clusterPermissions, ownNamespacePermissions } from '../../constructs/platform/runner-permissions.ts';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import { emittedKinds } from '../../constructs/synth/emitted-kinds.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const objects = synthesizePlatform({ version: '1.2.3' });
const rulesOf = (kind: string): readonly Rule[] =>
  objects
    .filter((object) => object.kind === kind && object.metadata.name === platformNames.runner)
    .flatMap((object) => object['rules'] as readonly Rule[]);
const clusterRules = rulesOf('ClusterRole');
const every = [...clusterRules, ...rulesOf('Role')];

const verbsOn = (group: string, resource: string): string[] =>
  clusterRules
    .filter(({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource))
    .flatMap(({ verbs }) => verbs)
    .sort();

describe('the runner’s rights', () => {
  test.each(emittedKinds)('let the engine manage $kind', ({ apiVersion, plural }) => {
    const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : '';
    const isReplaced = !['configmaps', 'namespaces'].includes(plural);
    const verbs = ['create', 'delete', 'get', 'list', 'patch', ...(isReplaced ? ['update'] : []), 'watch'];
    expect(verbsOn(group, plural)).toEqual(verbs);
  });

  test('reach no kind beside those of cells but the few written by hand', () => {
    const emitted = new Set(emittedKinds.map(({ plural }) => plural));
    const others = clusterRules.flatMap(({ resources, verbs }) =>
      resources.filter((resource) => !emitted.has(resource)).map((resource) => `${resource}: ${verbs.join(',')}`),
    );
    expect(others.sort()).toEqual([
      'customresourcedefinitions: list',
      'customresourcedefinitions: list,watch',
      'gatewayprofiles/status: patch',
      'gatewayprofiles: list,watch',
      'gatewayprofiles: patch',
      'persistentvolumeclaims: list,patch,watch',
      'pods: list,watch',
      'policybundles/status: patch',
      'policybundles: list,watch',
      'policybundles: patch',
      'secrets: create',
      'tenantgateways/status: patch',
      'tenantgateways: list,watch',
      'tenantgateways: patch',
      'validatingwebhookconfigurations: list,patch,watch',
    ]);
  });

  test('hold no wildcard and no way to more rights', () => {
    const words = every.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(words.filter((word) => word.includes('*'))).toEqual([]);
    expect(words.filter((word) => ['escalate', 'bind', 'impersonate', 'deletecollection'].includes(word))).toEqual([]);
    const rbac = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'serviceaccounts/token'];
    expect(words.filter((word) => rbac.includes(word))).toEqual([]);
  });

  test('in its own namespace are its Lease and nothing else', () => {
    expect(
      ownNamespacePermissions.map(({ resources, resourceNames, verbs }) => [resources, resourceNames, verbs]),
    ).toEqual([
      [['leases'], ['cellwright-runner'], ['get', 'update']],
      [['leases'], undefined, ['create']],
    ]);
  });

  test('are each given with a reason', () => {
    expect([...clusterPermissions(), ...ownNamespacePermissions].filter(({ reason }) => reason.length < 20)).toEqual(
      [],
    );
  });
});
