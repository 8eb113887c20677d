/** Blocks of a profile that open closed addresses by their width alone. */
import type { Problem } from '../api/problem.ts';
import type { GatewayProfileSpec } from '../api/types.gen.ts';
import { contains, overlaps, parseBlock } from '../cell/network/address-block.ts';
import { closedRanges } from '../cell/network/closed-ranges.ts';

/**
 * A profile may open a private range by naming it or a part of it, and not by 0.0.0.0/0, which would open the metadata service,
 * nodes and API server with everything else.
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

function swallowedBy(cidr: string, closed: readonly string[]): string | undefined {
  const block = parseBlock(cidr);
  const ranges = closed.map((range) => ({ range, parsed: parseBlock(range) }));
  return ranges.some(({ parsed }) => contains(parsed, block))
    ? undefined
    : ranges.find(({ parsed }) => overlaps(parsed, block))?.range;
}
