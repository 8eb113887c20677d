/**
 * The rule about wide blocks (`isolation.wide-block`) against what is rendered: a block of a profile is refused exactly where the
 * NetworkPolicies would open a closed range that it does not name.
 */
import { describe, expect, test } from '@jest/globals';
import { contains, parseBlock } from '../../constructs/cell/network/address-block.ts';
import { closedRanges } from '../../constructs/cell/network/closed-ranges.ts';
import { wideBlockProblems } from '../../constructs/rules/wide-blocks.ts';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { passes } from './flow-support/flows.ts';
import type { NetworkPolicy } from './flow-support/network-policy.ts';
import { cell } from './flow-support/places.ts';
import { inputOf } from './rules-input.ts';

const assets = loadAssets();
const denyCIDRs = ['10.5.0.0/16', '203.0.113.0/24', 'fd00:ec2::/32', '2606:4700::/32'];
const blocks = [
  ...['10.0.0.0/8', '10.4.0.0/15', '10.5.0.0/16', '10.5.9.0/24', '10.6.0.0/16', '0.0.0.0/0', '0.0.0.0/1'],
  ...['203.0.112.0/22', '203.0.113.0/24', '203.0.114.0/24', '169.254.0.0/16', '168.63.128.0/18'],
  ...['::/0', '::/3', '8000::/1', 'fc00::/6', 'fc00::/7', 'fd00:ec2::/32', 'fd00:ec2::254/128', '2606:4600::/23'],
];
const port = 5432;

/** Closed ranges that the cell reaches though the block is no part of them. */
function opened(cidr: string, place: 'egress' | 'dns'): string[] {
  const profile = profileOpening(cidr, place);
  const input = inputOf({ profile });
  const { objects } = synthesizeTenant({ ...input, assets });
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy') as unknown as NetworkPolicy[];
  const cluster = { namespaces: { 'tenant-acme': {} }, policies };
  return closedRanges(input.profile.spec).filter((range) => {
    const address = range.slice(0, range.indexOf('/'));
    const flow = { from: cell('acme'), to: { address }, port: place === 'dns' ? 53 : port };
    return !contains(parseBlock(range), parseBlock(cidr)) && passes(cluster, flow);
  });
}

function profileOpening(cidr: string, place: 'egress' | 'dns'): object {
  return place === 'dns'
    ? { network: { denyCIDRs, dns: { cidrs: [cidr] } } }
    : { network: { denyCIDRs }, defaults: { egress: [{ cidr, ports: [{ port }] }] } };
}

describe.each(['egress', 'dns'] as const)('a block of a profile under %s', (place) => {
  test.each(blocks)('%s is refused where it would open more than it names', (cidr) => {
    const { profile } = inputOf({ profile: profileOpening(cidr, place) });
    expect(wideBlockProblems(profile.spec).length > 0).toBe(opened(cidr, place).length > 0);
  });
});

test('both answers are among them', () => {
  const answers = blocks.map((cidr) => opened(cidr, 'egress').length > 0);
  expect(answers.filter(Boolean).length).toBeGreaterThan(8);
  expect(answers.filter((answer) => !answer).length).toBeGreaterThan(5);
});
