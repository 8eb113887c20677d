import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contains, parseBlock } from '../../constructs/cell/network/address-block.ts';
import { publicBlocks } from '../../constructs/cell/network/public-blocks.ts';
import type { EgressLevel, PublicBlock } from '../../constructs/cell/network/public-blocks.ts';

const has = (cidr: string, address: string): boolean => contains(parseBlock(cidr), parseBlock(`${address}/32`));

function reached(blocks: readonly PublicBlock[], address: string): boolean {
  return blocks.some(({ cidr, except }) => has(cidr, address) && !except.some((hole) => has(hole, address)));
}

// Few bits, so that blocks nest, meet and repeat often.
const octet = fc.constantFrom(0, 64, 128, 129, 192);
const block = fc
  .tuple(octet, octet, fc.constantFrom(0, 1, 2, 8, 9, 16))
  .map(([a, b, prefix]) => `${a}.${b}.0.0/${prefix}`);
const list = fc.array(block, { maxLength: 4 });
const level: fc.Arbitrary<EgressLevel> = fc.record({ allow: list, deny: list }, { requiredKeys: [] });
const address = fc.tuple(octet, octet, octet).map((bytes) => `${bytes.join('.')}.1`);

describe('publicBlocks', () => {
  test('leaves exactly the addresses that every level allows and none denies', () => {
    fc.assert(
      fc.property(
        list,
        fc.array(level, { maxLength: 3 }),
        fc.array(address, { minLength: 8 }),
        (closed, levels, addresses) => {
          const blocks = publicBlocks(closed, levels);
          for (const one of addresses) {
            const allowed = levels.every(({ allow }) => allow === undefined || allow.some((cidr) => has(cidr, one)));
            const denied = [...closed, ...levels.flatMap(({ deny }) => deny ?? [])].some((cidr) => has(cidr, one));
            expect(reached(blocks, one)).toBe(allowed && !denied);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('cuts out only what lies strictly inside, as a NetworkPolicy demands', () => {
    fc.assert(
      fc.property(list, fc.array(level, { maxLength: 3 }), (closed, levels) => {
        for (const { cidr, except } of publicBlocks(closed, levels)) {
          for (const hole of except) {
            expect(contains(parseBlock(cidr), parseBlock(hole))).toBe(true);
            expect(parseBlock(hole).prefix).toBeGreaterThan(parseBlock(cidr).prefix);
          }
        }
      }),
    );
  });
});
