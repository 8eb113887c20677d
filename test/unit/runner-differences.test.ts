import { describe, expect, test } from '@jest/globals';
import { formatPath } from '../../constructs/api/field-path.ts';
import { differencesOf } from '../../runner/engine/differences.ts';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import { wantedObject } from '../../runner/engine/wanted.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';

const kind: ManagedKind = { apiVersion: 'v1', kind: 'Thing', plural: 'things', namespaced: true, wave: 0 };
const labels = { owner: 'acme' };
const git = { manager: 'git', operation: 'Apply', time: '2027-01-01T00:00:00Z' };
const labelled = { 'f:metadata': { 'f:labels': { 'f:owner': {} } } };
const rules = { ownerLabel: 'owner', leftToOthers: { Thing: [['spec', 'theirs']] } };

interface Case {
  /** @default 'Thing' */
  readonly of?: string;
  readonly wanted: object;
  readonly found: object;
  /** Further entries beside that of Git, which owns everything wanted. */
  readonly others?: readonly object[];
  readonly own?: object;
}

function told({ of = 'Thing', wanted, found, others = [], own = { 'f:other': {} } }: Case): string[] {
  const body = { apiVersion: 'v1', kind: of, metadata: { name: 'x', namespace: 'n', labels }, spec: wanted };
  const managedFields = [{ ...git, fieldsV1: { ...labelled, 'f:spec': own } }, ...others];
  const metadata = { name: 'x', namespace: 'n', uid: 'u', resourceVersion: '1', labels, managedFields };
  const live: LiveObject = { apiVersion: 'v1', kind: of, metadata, spec: found, status: { ready: 1 } };
  return differencesOf(wantedObject(kind, body, 'apply'), live, rules).map(
    ({ place, change, by, byApplier }) =>
      `${formatPath(place)} ${change}${by === undefined ? '' : ` by ${by}`}${byApplier ? ' (applier)' : ''}`,
  );
}

const wrote = (manager: string, spec: object, more: object = {}): object => ({
  manager,
  operation: 'Update',
  time: '2027-01-02T00:00:00Z',
  fieldsV1: { 'f:spec': spec },
  ...more,
});

describe('no difference are', () => {
  test.each<[string, Case]>([
    ['what the API server keeps as nothing', { wanted: { a: 1 }, found: { a: 1, b: null } }],
    ['what the API server drops', { wanted: { a: [], b: {}, c: '', d: null }, found: {} }],
    [
      'amounts in another form',
      {
        wanted: { limits: { memory: '1024Mi', cpu: '1000m' }, hard: { pods: 3 } },
        found: { limits: { memory: '1Gi', cpu: '1' }, hard: { pods: '3' } },
      },
    ],
    ['fields that are left to others', { wanted: { theirs: 1 }, found: { theirs: 2 } }],
    [
      'what a controller writes to status',
      { wanted: {}, found: {}, others: [wrote('c', { 'f:x': {} }, { subresource: 'status' })] },
    ],
  ])('%s', (_what, item) => {
    expect(told(item)).toEqual([]);
  });
});

describe('differences are', () => {
  test.each<[string, Case, string[]]>([
    [
      'a changed value, by who wrote it last',
      {
        wanted: { a: 1, b: 1 },
        found: { a: 2, b: 1 },
        others: [wrote('edit', { 'f:a': {} }), wrote('older', { 'f:a': {} }, { time: '2027-01-01T00:00:00Z' })],
      },
      ['spec.a changed by edit'],
    ],
    ['a changed value without a name', { wanted: { a: 1 }, found: { a: 2 } }, ['spec.a changed']],
    [
      'a value that the applier itself has otherwise',
      { wanted: { a: 1 }, found: { a: 2 }, own: { 'f:a': {} } },
      ['spec.a changed by git (applier)'],
    ],
    ['false and 0 that are gone', { wanted: { a: false, b: 0 }, found: {} }, ['spec.a missing', 'spec.b missing']],
    [
      'a field that others added, whole or inside of a default',
      {
        wanted: {},
        found: { a: { b: 1 }, theirs: 1, d: { e: 1, f: 2 } },
        others: [wrote('edit', { 'f:a': { '.': {}, 'f:b': {} }, 'f:d': { 'f:f': {} } })],
      },
      ['spec.a added by edit', 'spec.d added by edit'],
    ],
    ['a field that nobody says to have written', { wanted: { a: {} }, found: { a: { b: 1 } } }, ['spec.a.b added']],
    [
      'what the applier wrote by PUT, or within a list that is written as one',
      {
        wanted: { l: [{ name: 'a' }] },
        found: { b: 2, l: [{ name: 'a', mode: 'x' }] },
        own: { 'f:l': {} },
        others: [{ manager: 'git', operation: 'Update', fieldsV1: { ...labelled, 'f:spec': { 'f:b': {} } } }],
      },
      ['spec.l[0].mode added by git (applier)', 'spec.b added by git (applier)'],
    ],
    [
      'a field that the applier said in so many words',
      { wanted: {}, found: { a: 1 }, own: { 'f:a': {} } },
      ['spec.a added by git (applier)'],
    ],
    [
      'a port range that somebody made of a port in a list that is written as one',
      { wanted: { l: [{ port: 1 }] }, found: { l: [{ port: 1, endPort: 9 }] }, others: [wrote('edit', { 'f:l': {} })] },
      ['spec.l[0].endPort added by edit'],
    ],
    [
      'an item more, whoever hides',
      { wanted: { l: [{ name: 'a' }] }, found: { l: [{ name: 'x' }, { name: 'a' }] } },
      ['spec.l[0] added'],
    ],
    [
      'an item less, by who wrote the list as one',
      {
        wanted: { l: [{ name: 'a' }, { to: 'b' }] },
        found: { l: [{ name: 'a' }] },
        others: [wrote('edit', { 'f:l': {} })],
      },
      ['spec.l[1] missing by edit'],
    ],
    [
      'an item that is another one',
      { wanted: { l: [{ to: 'a' }, { to: 'b' }] }, found: { l: [{ to: 'a' }, { to: 'c' }] } },
      ['spec.l[1].to changed'],
    ],
    [
      'another order',
      { wanted: { l: [{ name: 'a' }, { name: 'b' }] }, found: { l: [{ name: 'b' }, { name: 'a' }] } },
      ['spec.l changed'],
    ],
    ['text that only looks like the same amount', { wanted: { a: '1' }, found: { a: '1000m' } }, ['spec.a changed']],
  ])('%s', (_what, item, expected) => {
    expect(told(item)).toEqual(expected);
  });
});

const template = (spec: object): object => ({ template: { spec } });
const ports = (port: object): object => ({ egress: [{ ports: [{ port: 443, ...port }] }] });

describe('beside what is wanted, the API server itself adds', () => {
  test.each<[string, { wanted: object; found: object }, string[]]>([
    [
      'Deployment',
      {
        wanted: template({
          serviceAccountName: 'x',
          containers: [{ name: 'a', livenessProbe: { httpGet: { port: 1 } } }],
        }),
        found: {
          progressDeadlineSeconds: 600,
          ...template({
            serviceAccountName: 'x',
            serviceAccount: 'x',
            dnsPolicy: 'ClusterFirst',
            securityContext: {},
            containers: [
              {
                name: 'a',
                resources: {},
                livenessProbe: { httpGet: { port: 1, scheme: 'HTTP' }, successThreshold: 1 },
              },
            ],
          }),
        },
      },
      [],
    ],
    [
      'Deployment',
      {
        wanted: template({ serviceAccountName: 'x', containers: [{ name: 'a' }] }),
        found: template({
          serviceAccountName: 'x',
          serviceAccount: 'y',
          hostNetwork: true,
          containers: [{ name: 'a', securityContext: { procMount: 'Default', privileged: true } }],
        }),
      },
      [
        'spec.template.spec.containers[0].securityContext.privileged added',
        'spec.template.spec.serviceAccount added',
        'spec.template.spec.hostNetwork added',
      ],
    ],
    ['NetworkPolicy', { wanted: ports({}), found: ports({ protocol: 'TCP' }) }, []],
    [
      'NetworkPolicy',
      { wanted: ports({}), found: ports({ endPort: 65535 }) },
      ['spec.egress[0].ports[0].endPort added'],
    ],
    [
      'Service',
      {
        wanted: {},
        found: { type: 'ClusterIP', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] },
      },
      [],
    ],
    [
      'Service',
      { wanted: {}, found: { clusterIP: 'None', externalIPs: ['1.2.3.4'] } },
      ['spec.clusterIP added', 'spec.externalIPs added'],
    ],
    [
      'ValidatingAdmissionPolicyBinding',
      { wanted: {}, found: { matchResources: { namespaceSelector: {}, matchPolicy: 'Equivalent' } } },
      [],
    ],
    [
      'ValidatingAdmissionPolicyBinding',
      {
        wanted: {},
        found: { matchResources: { namespaceSelector: { matchLabels: { a: 'b' } }, matchPolicy: 'Equivalent' } },
      },
      ['spec.matchResources.namespaceSelector added'],
    ],
  ])('to a %s its defaults and nothing else: %#', (of, pair, expected) => {
    expect(told({ of, ...pair })).toEqual(expected);
  });
});
