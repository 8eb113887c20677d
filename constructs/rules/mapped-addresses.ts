/** Blocks that stand for IPv4 addresses in IPv6 notation (::ffff:0:0/96). */
import type { Problem } from '../api/problem.ts';
import { isMapped } from '../cell/network/address-block.ts';

/** Lists of blocks by their path. */
export type PlacedBlocks = Readonly<Record<string, readonly string[] | undefined>>;

/** The problem of each such block; the API server refuses a NetworkPolicy with one, or it matches nothing. */
export function mappedProblems(placed: PlacedBlocks): Problem[] {
  return Object.entries(placed).flatMap(([path, cidrs = []]) =>
    cidrs.flatMap((cidr, index) => (isMapped(cidr) ? [mappedProblem(cidr, `${path}[${index}]`)] : [])),
  );
}

/** The problem of one such block. */
export function mappedProblem(cidr: string, path: string): Problem {
  return {
    code: 'egress.mapped',
    path,
    message: `${cidr} stands for IPv4 addresses in IPv6 notation, which no NetworkPolicy matches`,
    fix: 'write the IPv4 block',
  };
}
