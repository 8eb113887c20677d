/** Addresses that are not public: closed to cells whatever a profile says of "public". */
import type { GatewayProfileSpec } from '../../api/types.gen.ts';

/**
 * What "public" is not, nearest name first (https://www.iana.org/assignments/iana-ipv4-special-registry,
 * iana-ipv6-special-registry). Of IPv6 only 2000::/3 is public (RFC 4291, 2.4): its complement comes last, and closes what carries
 * IPv4 addresses there as well: mapped and compatible ones, which no policy may name one by one, and NAT64.
 */
export const nonPublicRanges: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Azure's host agent, which hands out what a node is set up with; a public address by its look.
  '168.63.129.16/32',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/23',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
  '::/3',
  '4000::/2',
  '8000::/1',
];

/** These, and what the profile closes besides. */
export function closedRanges({ network }: GatewayProfileSpec): readonly string[] {
  const more = network?.denyCIDRs ?? [];
  return more.length === 0 ? nonPublicRanges : [...nonPublicRanges, ...more];
}
