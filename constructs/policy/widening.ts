/**
 * What a lower level allows in vain. Composition asks each level by itself (policy/decision.rego), so that no level widens
 * another; this only tells whoever tries. Told is what is certain: an entry of which nothing is left under one upper level.
 */
import { globFamilies } from '../api/kinds/policy-rules.ts';
import type { PolicyBundleSpec } from '../api/types.gen.ts';
import { contains, overlaps, parseBlock } from '../cell/network/address-block.ts';
import type { Named } from '../synth/tenant-input.ts';
import { levelOf } from './levels.ts';
import type { PolicyLevel } from './levels.ts';
import { covers, intersects } from './pattern-relations.ts';

type Rules = NonNullable<PolicyBundleSpec['rules']>;

/** One entry of an allow list, and why nothing of it is allowed. */
export interface Widening {
  /** `tools`, `egress` and the like. */
  readonly family: keyof Rules;
  /** Place in the list `allow`. */
  readonly index: number;
  readonly entry: string;
  /** The level that forbids it, and its bundle. */
  readonly level: PolicyLevel;
  readonly bundle: string;
  /** The entry of its deny list; undefined when it is in none and its allow list does not name it. */
  readonly deniedBy: string | undefined;
}

/** How entries of a family stand to each other. */
interface Relation {
  readonly covers: (outer: string, inner: string) => boolean;
  readonly meets: (a: string, b: string) => boolean;
  /** Whether an entry stands for itself alone, so that it can be looked up. */
  readonly isName: (entry: string) => boolean;
}

const globs: Relation = { covers, meets: intersects, isName: (entry) => !entry.includes('*') };
const blocks: Relation = {
  covers: (outer, inner) => contains(parseBlock(outer), parseBlock(inner)),
  meets: (a, b) => overlaps(parseBlock(a), parseBlock(b)),
  isName: () => false,
};

const relations: readonly (readonly [keyof Rules, Relation])[] = [
  ...Object.keys(globFamilies).map((family) => [family as keyof typeof globFamilies, globs] as const),
  ['egress', blocks],
];

/**
 * Comparisons of patterns for one set of rules: about 50 ms. Names are looked up and do not count; rules with more patterns
 * than that are not told of to the end.
 */
const mostComparisons = 200_000;

/**
 * Entries of allow lists of which the levels above leave nothing, each with the first level that forbids it.
 * @param upper bundles of the levels above, from the top; those that audit forbid nothing
 * @param tenant whose rules they are: a deny that is lifted for it is none. @default - a deny that is lifted for anybody is none
 */
export function widenings(
  rules: Rules | undefined,
  upper: readonly Named<PolicyBundleSpec>[],
  tenant?: string,
): Widening[] {
  const budget = { left: mostComparisons };
  const binding = upper.filter(({ spec }) => spec.enforcement !== 'Audit' && spec.rules !== undefined);
  return relations.flatMap(([family, relation]) =>
    (rules?.[family]?.allow ?? []).flatMap((entry, index) => {
      for (const { name, spec } of binding) {
        const lifted = family === 'tools' ? grantedTools(spec, tenant) : [];
        const verdict = forbids({ lists: spec.rules?.[family], lifted, relation, budget }, entry);
        if (verdict !== undefined) {
          return [{ family, index, entry, level: levelOf(spec), bundle: name, ...verdict }];
        }
      }
      return [];
    }),
  );
}

/** Without a clock a grant may hold, whatever its end. */
function grantedTools({ grants }: PolicyBundleSpec, tenant: string | undefined): string[] {
  return (grants ?? []).filter((grant) => tenant === undefined || grant.tenant === tenant).map(({ tool }) => tool);
}

interface Upper {
  readonly lists: { readonly allow?: readonly string[]; readonly deny?: readonly string[] } | undefined;
  /** Tools for which a deny may be lifted. */
  readonly lifted: readonly string[];
  readonly relation: Relation;
  readonly budget: { left: number };
}

function forbids({ lists, lifted, relation, budget }: Upper, entry: string): Pick<Widening, 'deniedBy'> | undefined {
  const deny = sorted(lists?.deny ?? [], relation);
  const deniedBy = deny.names.has(entry)
    ? entry
    : spend(budget, deny.others).find((other) => relation.covers(other, entry));
  if (deniedBy !== undefined && !lifted.some((tool) => relation.meets(tool, entry))) {
    return { deniedBy };
  }
  if (lists?.allow === undefined) {
    return undefined;
  }
  const allow = sorted(lists.allow, relation);
  // A name meets no name but itself.
  const others = relation.isName(entry) ? allow.others : [...allow.others, ...allow.names];
  const isAllowed = allow.names.has(entry) || spend(budget, others).some((other) => relation.meets(other, entry));
  // With the budget at its end, what was not found may be there.
  return isAllowed || budget.left < 0 ? undefined : { deniedBy: undefined };
}

/** The entries that may still be compared; with too many nothing is certain, and none is. */
function spend(budget: { left: number }, entries: readonly string[]): readonly string[] {
  budget.left -= entries.length;
  return budget.left < 0 ? [] : entries;
}

interface Sorted {
  readonly names: ReadonlySet<string>;
  readonly others: readonly string[];
}

/** By list: a bundle is asked for every tenant under it. */
const known = new WeakMap<readonly string[], Sorted>();

function sorted(list: readonly string[], { isName }: Relation): Sorted {
  const found = known.get(list) ?? {
    names: new Set(list.filter(isName)),
    others: list.filter((entry) => !isName(entry)),
  };
  known.set(list, found);
  return found;
}
