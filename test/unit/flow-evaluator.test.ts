/** The evaluator of NetworkPolicies, held to the examples and rules of the Kubernetes documentation. */
import { describe, expect, test } from '@jest/globals';
import { passes } from './flow-support/flows.ts';
import type { Cluster, End, Flow, PodEnd } from './flow-support/flows.ts';
import type { NetworkPolicy } from './flow-support/network-policy.ts';

const db: PodEnd = { namespace: 'default', labels: { role: 'db' }, address: '10.244.0.2', ports: { redis: 6379 } };
const frontend: PodEnd = { namespace: 'default', labels: { role: 'frontend' }, address: '10.244.0.3' };
const project: PodEnd = { namespace: 'myproject', labels: {}, address: '10.244.1.2' };
const projectFrontend: PodEnd = { ...project, labels: { role: 'frontend' }, address: '10.244.1.3' };
const stranger: PodEnd = { namespace: 'other', labels: { role: 'frontend' }, address: '10.244.2.2' };
const at = (address: string): End => ({ address });

const namespaces = {
  default: { 'kubernetes.io/metadata.name': 'default' },
  myproject: { 'kubernetes.io/metadata.name': 'myproject', project: 'myproject' },
  other: { 'kubernetes.io/metadata.name': 'other' },
};

const policy = (spec: NetworkPolicy['spec'], namespace = 'default'): NetworkPolicy => ({
  kind: 'NetworkPolicy',
  metadata: { name: 'one', namespace },
  spec,
});

function ask(policies: readonly NetworkPolicy['spec'][], flow: Flow): boolean {
  const cluster: Cluster = { namespaces, policies: policies.map((spec) => policy(spec)) };
  return passes(cluster, flow);
}

/** https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource */
const documented: NetworkPolicy['spec'] = {
  podSelector: { matchLabels: { role: 'db' } },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [
    {
      from: [
        { ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } },
        { namespaceSelector: { matchLabels: { project: 'myproject' } } },
        { podSelector: { matchLabels: { role: 'frontend' } } },
      ],
      ports: [{ protocol: 'TCP', port: 6379 }],
    },
  ],
  egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/24' } }], ports: [{ protocol: 'TCP', port: 5978 }] }],
};

describe('the documented example', () => {
  test.each<[string, Flow, boolean]>([
    ['pods of the namespace with the label', { from: frontend, to: db, port: 6379 }, true],
    ['pods of the other namespace, by its label', { from: project, to: db, port: 6379 }, true],
    ['the block', { from: at('172.17.2.1'), to: db, port: 6379 }, true],
    ['what is cut out of the block', { from: at('172.17.1.1'), to: db, port: 6379 }, false],
    ['the label in another namespace', { from: stranger, to: db, port: 6379 }, false],
    ['another port', { from: frontend, to: db, port: 6380 }, false],
    ['another protocol', { from: frontend, to: db, port: 6379, protocol: 'UDP' }, false],
    ['the way out', { from: db, to: at('10.0.0.9'), port: 5978 }, true],
    ['another way out', { from: db, to: at('10.0.1.9'), port: 5978 }, false],
    ['pods that it does not select', { from: stranger, to: frontend, port: 1 }, true],
  ])('%s', (_name, flow, expected) => {
    expect(ask([documented], flow)).toBe(expected);
  });
});

describe('the documented defaults', () => {
  const inbound: Flow = { from: stranger, to: db, port: 80 };
  const outbound: Flow = { from: db, to: at('8.8.8.8'), port: 80 };
  const all = { podSelector: {} };

  test.each<[string, NetworkPolicy['spec'][], [into: boolean, out: boolean]]>([
    ['no policy', [], [true, true]],
    ['default deny all ingress', [{ ...all, policyTypes: ['Ingress'] }], [false, true]],
    ['allow all ingress', [{ ...all, policyTypes: ['Ingress'], ingress: [{}] }], [true, true]],
    ['default deny all egress', [{ ...all, policyTypes: ['Egress'] }], [true, false]],
    ['allow all egress', [{ ...all, policyTypes: ['Egress'], egress: [{}] }], [true, true]],
    ['default deny both', [{ ...all, policyTypes: ['Ingress', 'Egress'] }], [false, false]],
    ['no types and no rules mean ingress alone', [all], [false, true]],
    ['no types and egress rules mean both', [{ ...all, egress: [{ ports: [{ port: 1 }] }] }], [false, false]],
    ['an empty list of peers means everybody', [{ ...all, ingress: [{ from: [], ports: [] }] }], [true, true]],
    [
      'policies add up',
      [
        { ...all, policyTypes: ['Ingress'] },
        { ...all, ingress: [{}] },
      ],
      [true, true],
    ],
  ])('%s', (_name, policies, expected) => {
    expect([ask(policies, inbound), ask(policies, outbound)]).toEqual(expected);
  });

  test('a node reaches its own pods, and a pod itself', () => {
    const closed = [{ ...all, policyTypes: ['Ingress', 'Egress'] }];
    expect(ask(closed, { from: { address: '10.0.0.5', ownNode: true }, to: db, port: 80 })).toBe(true);
    expect(ask(closed, { from: at('10.0.0.5'), to: db, port: 80 })).toBe(false);
    expect(ask(closed, { from: db, to: db, port: 80 })).toBe(true);
  });
});

describe('peers and ports', () => {
  const from = (
    ...peers: NonNullable<NonNullable<NetworkPolicy['spec']['ingress']>[number]['from']>
  ): NetworkPolicy['spec'] => ({
    podSelector: {},
    ingress: [{ from: peers }],
  });
  const both = {
    namespaceSelector: { matchLabels: { project: 'myproject' } },
    podSelector: { matchLabels: { role: 'frontend' } },
  };

  test('two selectors in one peer are both needed, in two peers either is enough', () => {
    const asks = (spec: NetworkPolicy['spec']): boolean[] =>
      [project, projectFrontend, frontend, stranger].map((sender) => ask([spec], { from: sender, to: db, port: 1 }));
    expect(asks(from(both))).toEqual([false, true, false, false]);
    const { namespaceSelector, podSelector } = both;
    expect(asks(from({ namespaceSelector }, { podSelector }))).toEqual([true, true, true, false]);
    expect(asks(from({ namespaceSelector: {} }))).toEqual([true, true, true, true]);
    expect(asks(from({ podSelector: {} }))).toEqual([false, false, true, false]);
  });

  test('every operator of a selector', () => {
    const named = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values?: string[]): boolean[] => {
      const expression = { key: 'role', operator, ...(values === undefined ? {} : { values }) };
      const spec = from({ podSelector: { matchExpressions: [expression] }, namespaceSelector: {} });
      return [project, stranger].map((sender) => ask([spec], { from: sender, to: db, port: 1 }));
    };
    expect(named('In', ['frontend'])).toEqual([false, true]);
    expect(named('NotIn', ['frontend'])).toEqual([true, false]);
    expect(named('Exists')).toEqual([false, true]);
    expect(named('DoesNotExist')).toEqual([true, false]);
  });

  test('ports by range, by the receiver’s name, and by protocol alone', () => {
    const on = (port: object): NetworkPolicy['spec'] => ({ podSelector: {}, ingress: [{ ports: [port] }] });
    const opens = (spec: NetworkPolicy['spec'], port: number): boolean => ask([spec], { from: project, to: db, port });
    const range = on({ port: 32000, endPort: 32768 });
    expect([31999, 32000, 32768, 32769].map((port) => opens(range, port))).toEqual([false, true, true, false]);
    expect([6379, 80].map((port) => opens(on({ port: 'redis' }), port))).toEqual([true, false]);
    expect(opens(on({ port: 'unknown' }), 80)).toBe(false);
    expect([opens(on({ protocol: 'TCP' }), 7), opens(on({ protocol: 'UDP' }), 7)]).toEqual([true, false]);
  });

  test('IPv6 blocks do not hold IPv4 addresses, nor the other way round', () => {
    const to = (cidr: string): NetworkPolicy['spec'] => ({
      podSelector: {},
      egress: [{ to: [{ ipBlock: { cidr } }] }],
    });
    const reaches = (cidr: string, address: string): boolean => ask([to(cidr)], { from: db, to: at(address), port: 1 });
    expect(reaches('::/0', '2001:db8::1')).toBe(true);
    expect(reaches('::/0', '8.8.8.8')).toBe(false);
    expect(reaches('0.0.0.0/0', '2001:db8::1')).toBe(false);
    expect(reaches('::/0', '::ffff:10.0.0.1')).toBe(true);
  });

  test('a peer that names nothing is an error, as it is to the API server', () => {
    expect(() => ask([from({})], { from: project, to: db, port: 1 })).toThrow('names nothing');
  });
});
