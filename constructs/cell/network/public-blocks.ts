/** Which public addresses a cell reaches. */
import { contains, overlaps, parseBlock } from './address-block.ts';

/** A block and what is cut out of it, as a NetworkPolicy's ipBlock has it. */
export interface PublicBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** What one level of policy says of addresses. */
export interface EgressLevel {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

const everywhere: readonly string[] = ['0.0.0.0/0', '::/0'];

/**
 * Every address that each level allows and none denies, without `closed`. Levels narrow only: with an allow list a level
 * leaves what lies in it, so the blocks get fewer or smaller with each level.
 */
export function publicBlocks(closed: readonly string[], levels: readonly EgressLevel[]): PublicBlock[] {
  const open = levels.reduce((blocks, { allow }) => (allow === undefined ? blocks : meet(blocks, allow)), everywhere);
  const denied = outermost([...closed, ...levels.flatMap(({ deny }) => deny ?? [])]);
  return open
    .filter((cidr) => !denied.some((deny) => inside(deny, cidr)))
    .map((cidr) => ({ cidr, except: denied.filter((deny) => inside(cidr, deny)) }));
}

/** Blocks nest or are apart, so what two have in common is the smaller one. */
function meet(blocks: readonly string[], allowed: readonly string[]): string[] {
  const common = blocks.flatMap((block) =>
    allowed
      .filter((other) => overlaps(parseBlock(block), parseBlock(other)))
      .map((other) => (inside(block, other) ? other : block)),
  );
  return outermost(common);
}

/** Without repetitions and without blocks that lie in another one. */
function outermost(blocks: readonly string[]): string[] {
  return blocks.filter(
    (block, index) => !blocks.some((other, at) => inside(other, block) && (!inside(block, other) || at < index)),
  );
}

function inside(outer: string, inner: string): boolean {
  return contains(parseBlock(outer), parseBlock(inner));
}
