/** Proxies whose word on who somebody is the gateway takes. */
import type { Problem } from '../api/problem.ts';
import type { TenantGatewaySpec } from '../api/types.gen.ts';
import { parseBlock } from '../cell/network/address-block.ts';

/** Shorter prefixes hold more than a cluster's pods: 10.0.0.0/8 and fd00::/16 are the widest. */
const shortestPrefix = { ipv4: 8, ipv6: 16 } as const;

/** Blocks so wide that nearly anybody who connects could name any person. */
export function trustedProxyProblems({ access }: TenantGatewaySpec): Problem[] {
  return (access?.trustedProxy?.proxies ?? []).flatMap((cidr, index) => {
    const { family, prefix } = parseBlock(cidr);
    return prefix >= shortestPrefix[family]
      ? []
      : [
          {
            code: 'access.wide-proxy',
            path: `spec.access.trustedProxy.proxies[${index}]`,
            message: `${cidr} is believed as a proxy, so that nearly anybody could name any person`,
            fix: `name the addresses of the proxies, with a prefix of at least ${shortestPrefix[family]}`,
          },
        ];
  });
}
