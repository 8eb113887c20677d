/** What a tenant may open towards the network. */
import type { Problem } from '../api/problem.ts';
import type { PolicyBundleSpec } from '../api/types.gen.ts';
import type { EgressRule } from '../cell/settings/cell-settings.ts';
import { applicableBundles } from '../policy/levels.ts';
import type { Named, TenantInput } from '../synth/tenant-input.ts';
import { mappedProblem, mappedProblems } from './mapped-addresses.ts';
import { contains, isMapped, overlaps, parseBlock } from '../cell/network/address-block.ts';
import { closedRanges } from '../cell/network/closed-ranges.ts';

/** An egress rule, and where it was written. */
interface Written {
  readonly rule: EgressRule;
  readonly path: string;
}

/** Destinations that the profile or a level of policy does not allow. */
export function egressProblems(input: TenantInput): Problem[] {
  const own = (input.tenant.spec.egress ?? []).map((rule, index) => ({ rule, path: `spec.egress[${index}]` }));
  const shared = (input.profile.spec.defaults?.egress ?? []).map((rule) => ({ rule, path: 'spec.profile' }));
  const bundles = applicableBundles(input.tenant.spec, input.bundles).filter(
    ({ spec }) => spec.enforcement !== 'Audit',
  );
  const { egress } = input.tenant.spec.policy ?? {};
  return [
    ...mappedProblems({ 'spec.policy.egress.allow': egress?.allow, 'spec.policy.egress.deny': egress?.deny }),
    ...own.flatMap((written) => [...ceilingProblems(written, input), ...peerProblems(written, input)]),
    // What the profile gives to everyone needs no ceiling of its own, but the levels of policy bind it too.
    ...[...own, ...shared].flatMap((written) => bundles.flatMap((bundle) => policyProblems(written, bundle))),
    ...own.flatMap((written) =>
      policyProblems(written, { name: 'spec.policy', spec: { rules: input.tenant.spec.policy ?? {} } }),
    ),
  ];
}

/**
 * Inside the ceiling, if there is one; and outside of what is not public, unless the ceiling names that very range. So a
 * ceiling of 0.0.0.0/0 opens no private range and no metadata service, and 10.20.0.0/16 opens that one.
 */
function ceilingProblems({ rule: { cidr }, path }: Written, { profile }: TenantInput): Problem[] {
  if (cidr === undefined) {
    return [];
  }
  if (isMapped(cidr)) {
    return [mappedProblem(cidr, `${path}.cidr`)];
  }
  const block = parseBlock(cidr);
  const ceiling = profile.spec.network?.egressCeiling;
  const roofs = (ceiling ?? []).map(parseBlock).filter((roof) => contains(roof, block));
  if (ceiling !== undefined && roofs.length === 0) {
    return [
      {
        code: 'egress.ceiling',
        path: `${path}.cidr`,
        message: `${cidr} is outside of what profile ${profile.name} allows`,
        fix:
          ceiling.length === 0
            ? 'remove it: the profile allows no own egress'
            : `write a block inside ${ceiling.join(' or ')}`,
      },
    ];
  }
  const denied = closedRanges(profile.spec).find((range) => {
    const deny = parseBlock(range);
    return overlaps(deny, block) && !roofs.some((roof) => contains(deny, roof));
  });
  return denied === undefined
    ? []
    : [
        {
          code: 'egress.not-public',
          path: `${path}.cidr`,
          message: `${cidr} reaches into ${denied}, which profile ${profile.name} keeps closed`,
          fix: `write public addresses only, or name the range in spec.network.egressCeiling of the profile`,
        },
      ];
}

/** Pods of other namespaces are open by name only: another tenant's namespace is one, too. */
function peerProblems({ rule: { to }, path }: Written, { profile }: TenantInput): Problem[] {
  const allowed: readonly string[] = profile.spec.network?.egressNamespaces ?? [];
  return to === undefined || allowed.includes(to.namespace)
    ? []
    : [
        {
          code: 'egress.namespace',
          path: `${path}.to.namespace`,
          message: `profile ${profile.name} does not let tenants reach pods of namespace ${to.namespace}`,
          fix:
            allowed.length === 0
              ? 'remove it, or name the namespace in spec.network.egressNamespaces of the profile'
              : `write one of ${allowed.join(', ')}, or extend spec.network.egressNamespaces of the profile`,
        },
      ];
}

/** `rules.egress` of one level; it speaks of addresses, not of pods. */
function policyProblems({ rule: { cidr }, path }: Written, { name, spec }: Named<PolicyBundleSpec>): Problem[] {
  const { allow, deny = [] } = spec.rules?.egress ?? {};
  if (cidr === undefined) {
    return [];
  }
  const block = parseBlock(cidr);
  const place = path === 'spec.profile' ? path : `${path}.cidr`;
  const denied = deny.find((range) => overlaps(parseBlock(range), block));
  if (denied !== undefined) {
    return [
      {
        code: 'policy.egress-denied',
        path: place,
        message: `${cidr} reaches into ${denied}, which ${name} denies`,
        fix: 'write addresses outside of it; a lower level cannot allow what an upper one denies',
      },
    ];
  }
  return allow === undefined || allow.some((range) => contains(parseBlock(range), block))
    ? []
    : [
        {
          code: 'policy.egress-not-allowed',
          path: place,
          message: `${cidr} is outside of what ${name} allows`,
          fix:
            allow.length === 0 ? 'remove it: no own egress is allowed' : `write a block inside ${allow.join(' or ')}`,
        },
      ];
}
