/** Arithmetic on blocks of addresses. */
import ipaddr from 'ipaddr.js';

/** A block of addresses, with the bits after the prefix cleared. */
export interface AddressBlock {
  readonly family: 'ipv4' | 'ipv6';
  readonly bytes: readonly number[];
  readonly prefix: number;
}

const blocks = new Map<string, AddressBlock>();

/**
 * The block of a CIDR text that passed its schema. An IPv6 block that stands for IPv4 addresses (::ffff:0:0/96) becomes
 * the IPv4 block, so that a ceiling cannot be passed in the other notation.
 */
export function parseBlock(cidr: string): AddressBlock {
  let block = blocks.get(cidr);
  if (block === undefined) {
    block = parse(cidr);
    blocks.set(cidr, block);
  }
  return block;
}

function parse(cidr: string): AddressBlock {
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  if (address.kind() === 'ipv6' && prefix >= 96 && (address as ipaddr.IPv6).isIPv4MappedAddress()) {
    return masked('ipv4', (address as ipaddr.IPv6).toIPv4Address().toByteArray(), prefix - 96);
  }
  return masked(address.kind(), address.toByteArray(), prefix);
}

function masked(family: AddressBlock['family'], bytes: readonly number[], prefix: number): AddressBlock {
  return { family, prefix, bytes: bytes.map((byte, index) => byte & maskByte(prefix - 8 * index)) };
}

/** Whether an IPv6 text stands for IPv4 addresses; a NetworkPolicy with such a block is refused or matches nothing. */
export function isMapped(cidr: string): boolean {
  return cidr.includes(':') && parseBlock(cidr).family === 'ipv4';
}

/** The byte of a netmask that has `bits` ones left. */
function maskByte(bits: number): number {
  return bits >= 8 ? 255 : bits <= 0 ? 0 : (255 << (8 - bits)) & 255;
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: AddressBlock, inner: AddressBlock): boolean {
  return outer.family === inner.family && outer.prefix <= inner.prefix && samePrefix(outer, inner, outer.prefix);
}

/** Whether the two have an address in common; blocks either nest or are apart. */
export function overlaps(a: AddressBlock, b: AddressBlock): boolean {
  return contains(a, b) || contains(b, a);
}

function samePrefix(a: AddressBlock, b: AddressBlock, bits: number): boolean {
  return a.bytes.every((byte, index) => ((byte ^ (b.bytes[index] ?? 0)) & maskByte(bits - 8 * index)) === 0);
}
