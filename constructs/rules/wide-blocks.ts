/** Blocks of a profile that open closed addresses by their width alone. */
import type { Problem } from '../api/problem.ts';
import type { GatewayProfileSpec } from '../api/types.gen.ts';
import { contains, parseBlock } from '../cell/network/address-block.ts';
import { closedRanges } from '../cell/network/closed-ranges.ts';

/**
 * A profile may open a private range by naming it or a part of it, and not by 0.0.0.0/0, which would open the metadata service,
 * nodes and API server with everything else. That holds in private ranges too: 10.0.0.0/8 names one, and not the part of it
 * that `denyCIDRs` closes. NetworkPolicies add up, and what is opened here is rendered without exceptions.
 */
export function wideBlockProblems(profile: GatewayProfileSpec): Problem[] {
  const closed = closedRanges(profile);
  const egress = profile.defaults?.egress ?? [];
  const placed = [
    ...egress.map(({ cidr }, index) => ({ cidr, path: `spec.defaults.egress[${index}].cidr` })),
    ...(profile.network?.dns?.cidrs ?? []).map((cidr, index) => ({ cidr, path: `spec.network.dns.cidrs[${index}]` })),
  ];
  return placed.flatMap(({ cidr, path }) => {
    const swallowed = cidr === undefined ? undefined : swallowedBy(cidr, closed);
    return swallowed === undefined
      ? []
      : [
          {
            code: 'isolation.wide-block',
            path,
            message: `${cidr ?? ''} is wider than ${swallowed}, which is closed, and would open it`,
            fix: 'write the blocks that are meant, one by one; public addresses need no block of their own on TCP 443',
          },
        ];
  });
}

/** A closed range that is smaller than the block and lies in it. */
function swallowedBy(cidr: string, closed: readonly string[]): string | undefined {
  const block = parseBlock(cidr);
  return closed.find((range) => {
    const inner = parseBlock(range);
    return inner.prefix > block.prefix && contains(block, inner);
  });
}
