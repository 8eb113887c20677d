import { describe, expect, test } from '@jest/globals';
import { resolvePlatform } from '../../constructs/platform/settings.ts';
import type { LivePlace } from '../../runner/audit/foreign/live-place.ts';
import { foreignRights } from '../../runner/audit/foreign/rights.ts';
import { isKnownBinding } from '../../runner/audit/rights/known-bindings.ts';
import type { PolicyRule } from '../../runner/audit/rights/rules.ts';
import type { Binding, Subject } from '../../runner/audit/rights/subjects.ts';

const group = (name: string): Subject => ({ kind: 'Group', name });
const account = (namespace: string, name: string): Subject => ({ kind: 'ServiceAccount', namespace, name });

function binding(name: string, role: string, ...subjects: readonly Subject[]): Binding {
  const metadata = { name, namespace: 'tenant-a', uid: 'u', resourceVersion: '1' };
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { kind: 'ClusterRole', name: role },
    subjects,
  };
}

describe('a binding of a distribution', () => {
  const pulls: PolicyRule[] = [
    { apiGroups: ['', 'image.openshift.io'], resources: ['imagestreams/layers'], verbs: ['get'] },
  ];
  const secrets: PolicyRule = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
  const pullers = (name: string, role: string, of: string): Binding =>
    binding(name, role, group(`system:serviceaccounts:${of}`));

  test.each<[string, Binding, PolicyRule[] | undefined, boolean]>([
    ['as it comes', pullers('system:image-pullers', 'system:image-puller', 'tenant-a'), pulls, true],
    ['that gives more', pullers('system:image-pullers', 'system:image-puller', 'tenant-a'), [...pulls, secrets], false],
    [
      'of a role that may not be read',
      pullers('system:image-pullers', 'system:image-puller', 'tenant-a'),
      undefined,
      false,
    ],
    ['for another namespace', pullers('system:image-pullers', 'system:image-puller', 'tenant-b'), pulls, false],
    ['to another role', pullers('system:image-pullers', 'cluster-admin', 'tenant-a'), pulls, false],
    ['under another name', pullers('pullers', 'system:image-puller', 'tenant-a'), pulls, false],
  ])('%s', (...[, one, rules, isKnown]) => {
    expect(isKnownBinding(one, rules)).toBe(isKnown);
  });
});

describe('who the fleet says to write in the namespaces of tenants', () => {
  const settings = resolvePlatform({
    version: '0.0.0',
    admission: {
      gitOpsAccounts: ['system:serviceaccount:argocd:app'],
      controllerAccounts: ['system:serviceaccount:velero:velero'],
      breakGlassGroups: ['on-call'],
    },
  });
  const everything: PolicyRule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];

  function told(sort: LivePlace['sort'], ...subjects: readonly Subject[]): string[] {
    const platform = { settings, objects: [], rulesOf: () => everything } as unknown as LivePlace['platform'];
    const bindings = subjects.map((subject) => binding(subject.name, 'cluster-admin', subject));
    const of = (kind: string): Binding[] => (kind === 'RoleBinding' ? bindings : []);
    const found = foreignRights.run({ sort, platform, of, isHidden: () => false, ours: () => new Set() });
    return found.map(({ id, object }) => `${id} ${object.name}`);
  }
  const people = [account('argocd', 'app'), account('velero', 'velero'), group('on-call'), group('devs')];

  test('has rights there, and nobody else', () => {
    expect(told('tenant', ...people)).toEqual(['foreign.rights devs']);
  });

  test('has none where the runner is, but who applies the platform and who helps in an emergency', () => {
    expect(told('runner', ...people)).toEqual(['foreign.rights velero', 'foreign.rights devs']);
  });
});
