/** No NetworkPolicy leaves synthesis that selects by what can be forged, whoever wrote it. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import type { TenantCell } from '../../constructs/cell/tenant-cell.ts';
import { podsOf } from '../../constructs/cell/network/egress.ts';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { networkOpenings } from '../../constructs/synth/network-gate.ts';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { walledFleet } from './flow-support/walled-fleet.ts';
import { inputOf } from './rules-input.ts';

const both = ['Ingress', 'Egress'];
const named = (name: string): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** What an extension could add, and the word of the refusal. */
const openings: readonly (readonly [string, object, string])[] = [
  ['from everybody', { policyTypes: both, ingress: [{}] }, 'ingress[0] names no peer'],
  [
    'from an empty list',
    { policyTypes: both, ingress: [{ from: [], ports: [{ port: 1 }] }] },
    'ingress[0] names no peer',
  ],
  ['to everybody', { policyTypes: both, egress: [{ ports: [{ port: 443 }] }] }, 'egress[0] names no peer'],
  [
    'every namespace',
    { policyTypes: both, ingress: [{ from: [{ namespaceSelector: {} }] }] },
    'must select one namespace',
  ],
  [
    'a label that can be forged',
    { policyTypes: both, ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }] }] },
    'must select one namespace',
  ],
  [
    'the name beside another selector',
    {
      policyTypes: both,
      egress: [{ to: [{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] } }] }],
    },
    'must select one namespace',
  ],
  ['another tenant', { policyTypes: both, ingress: [{ from: [named('tenant-other')] }] }, 'must select one namespace'],
  ['a peer that names nothing', { policyTypes: both, ingress: [{ from: [{}] }] }, 'names nothing'],
  ['one direction alone', { policyTypes: ['Ingress'] }, 'policyTypes must name Ingress and Egress'],
  ['no spec', {}, 'policyTypes must name Ingress and Egress'],
];

function withPolicy(spec: object): () => unknown {
  const extendCell = (cell: TenantCell): void => {
    new ApiObject(cell, 'more', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'more', namespace: cell.namespace },
      spec: { podSelector: {}, ...spec },
    });
  };
  return () => synthesizeTenant({ ...inputOf({}), assets: loadAssets() }, { extendCell });
}

describe('an extension', () => {
  test.each(openings)('cannot open a cell: %s', (_name, spec, refusal) => {
    expect(withPolicy(spec)).toThrow(refusal);
  });

  test('may open one to a namespace by its name, to a block, and to the cell’s own pods', () => {
    const from = [
      named('tools'),
      { ipBlock: { cidr: '192.0.2.0/24' } },
      { podSelector: { matchLabels: { app: 'x' } } },
    ];
    expect(withPolicy({ policyTypes: both, ingress: [{ from }] })).not.toThrow();
  });
});

describe('what is synthesized', () => {
  let objects: readonly KubeObject[];

  beforeAll(async () => {
    ({ objects } = await walledFleet());
  });

  test('has no NetworkPolicy with an opening, the platform’s included', () => {
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.length).toBeGreaterThan(10);
    const cells = policies.filter(({ metadata }) => metadata.namespace?.startsWith('tenant-'));
    expect(cells.flatMap(networkOpenings)).toEqual([]);
    // Whom the platform lets in by port alone is judged by the flows; whom it names, it names by what cannot be forged.
    expect(policies.flatMap(networkOpenings).filter((text) => !text.includes('names no peer'))).toEqual([]);
  });

  test('denies by default in every namespace of a tenant', () => {
    const denied = objects.filter(
      ({ kind, spec }) =>
        kind === 'NetworkPolicy' && JSON.stringify(spec) === '{"podSelector":{},"policyTypes":["Ingress","Egress"]}',
    );
    const tenants = objects.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.name.startsWith('tenant-'));
    expect(denied.map(({ metadata }) => metadata.namespace).sort()).toEqual(
      tenants.map(({ metadata }) => metadata.name).sort(),
    );
  });
});

test.each<unknown>([undefined, '', 'tenant-other', {}])('no peer is made of the namespace %j', (namespace) => {
  expect(() => podsOf({ namespace: namespace as string })).toThrow(RangeError);
  expect(() => synthesizePlatform({ version: '1.2.3', scrapers: [{ namespace: namespace as string }] })).toThrow(
    RangeError,
  );
});
