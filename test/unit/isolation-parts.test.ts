/** Each part of each NetworkPolicy is there for a reason: without it, a row of the flow table fails. */
import { beforeAll, expect, test } from '@jest/globals';
import { flowTable, isWrong } from './flow-support/flow-table.ts';
import type { Cluster } from './flow-support/flows.ts';
import type { NetworkPolicy, PolicyPeer, PolicyRule } from './flow-support/network-policy.ts';
import { cell } from './flow-support/places.ts';
import { walledFleet, walledTenants } from './flow-support/walled-fleet.ts';
import type { WalledTenant } from './flow-support/walled-fleet.ts';

let cluster: Cluster;

beforeAll(async () => {
  ({ cluster } = await walledFleet());
});

/** Whether a row of the table is not as it should be for a tenant. */
function isNoticed(changed: Cluster, tenant: WalledTenant): boolean {
  return flowTable.some((row) => {
    const { of = walledTenants, flows } = row;
    return of.includes(tenant) && flows(cell(tenant), tenant).some((flow) => isWrong(changed, row, flow));
  });
}

interface Change<Part> {
  readonly what: string;
  readonly to: Part;
}

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, place) => place !== index);

/** Every way to take one part out of a rule, or to open one. */
function* changesOfRule(rule: PolicyRule): Generator<Change<PolicyRule>> {
  const side = rule.from === undefined ? 'to' : 'from';
  const peers = rule[side] ?? [];
  const ports = rule.ports ?? [];
  for (const [index, peer] of peers.entries()) {
    if (peers.length > 1) yield { what: `${side}[${index}] gone`, to: { ...rule, [side]: without(peers, index) } };
    for (const { what, to } of changesOfPeer(peer))
      yield { what: `${side}[${index}] ${what}`, to: { ...rule, [side]: peers.with(index, to) } };
  }
  for (const index of ports.keys())
    if (ports.length > 1) yield { what: `ports[${index}] gone`, to: { ...rule, ports: without(ports, index) } };
  if (ports.length > 0) yield { what: 'every port', to: { ...rule, ports: [] } };
  if (peers.length > 0) yield { what: 'everybody', to: { ...rule, [side]: [] } };
}

function* changesOfPeer(peer: PolicyPeer): Generator<Change<PolicyPeer>> {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  for (const [index, block] of (ipBlock?.except ?? []).entries())
    yield {
      what: `except ${block} gone`,
      to: { ipBlock: { ...ipBlock, cidr: ipBlock?.cidr ?? '', except: without(ipBlock?.except ?? [], index) } },
    };
  if (podSelector !== undefined && Object.keys(podSelector).length > 0)
    yield { what: 'any pod', to: { ...peer, podSelector: {} } };
  if (namespaceSelector !== undefined && Object.keys(namespaceSelector).length > 0)
    yield { what: 'any namespace', to: { ...peer, namespaceSelector: {} } };
}

function* changesOf(policy: NetworkPolicy): Generator<Change<NetworkPolicy>> {
  for (const direction of ['ingress', 'egress'] as const) {
    const rules = policy.spec[direction] ?? [];
    const withRules = (changed: readonly PolicyRule[]): NetworkPolicy => ({
      ...policy,
      spec: { ...policy.spec, [direction]: changed },
    });
    yield { what: `${direction}: one rule more`, to: withRules([...rules, {}]) };
    for (const [index, rule] of rules.entries()) {
      yield { what: `${direction}[${index}] gone`, to: withRules(without(rules, index)) };
      for (const { what, to } of changesOfRule(rule))
        yield { what: `${direction}[${index}] ${what}`, to: withRules(rules.with(index, to)) };
    }
  }
}

test.each(walledTenants)(
  'of tenant %s: each part of its policies is noticed when it is gone, and each one when it opens',
  (tenant) => {
    const own = cluster.policies.filter(({ metadata }) => metadata.namespace === `tenant-${tenant}`);
    const changes = own.flatMap((policy) => [...changesOf(policy)].map((change) => ({ policy, ...change })));
    const unnoticed = changes.filter(
      ({ policy, to }) =>
        !isNoticed({ ...cluster, policies: cluster.policies.map((one) => (one === policy ? to : one)) }, tenant),
    );
    expect(isNoticed(cluster, tenant)).toBe(false);
    expect(changes.length).toBeGreaterThan(3);
    expect(unnoticed.map(({ policy, what }) => `${policy.metadata.name}: ${what}`)).toEqual([]);
  },
);
