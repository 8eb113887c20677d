/** Rules on a profile that a schema cannot say. */
import type { Problem } from '../api/problem.ts';
import type { GatewayProfileSpec } from '../api/types.gen.ts';
import { underTenant } from '../cell/config/fragments.ts';
import { resolveSettings } from '../cell/settings/cell-settings.ts';
import type { SynthAssets } from '../synth/assets.ts';
import { bytesOf, millicoresOf } from '../synth/quantity.ts';
import type { Named } from '../synth/tenant-input.ts';
import { fragmentProblems } from './config.ts';
import { profileBounds } from './fragment-bounds.ts';
import { mappedProblems } from './mapped-addresses.ts';
import { guardNameProblems } from './guard-name.ts';
import { leastMemoryLimit } from './limits.ts';
import { profilePeerProblems } from './tenant-peers.ts';
import { wideBlockProblems } from './wide-blocks.ts';

/** Every problem of a profile; it must have passed `validateObject` and carry its defaults. */
export function checkProfile(profile: Named<GatewayProfileSpec>, assets: SynthAssets): Problem[] {
  const { spec } = profile;
  const bounds = profileBounds(spec);
  if (bounds.length > 0) {
    return bounds;
  }
  const settings = resolveSettings({ name: 'any', spec: {} }, profile);
  const judged = { under: underTenant(settings, spec), version: settings.version, assets };
  return [
    ...fragmentProblems({ ...judged, fragment: spec.defaults?.config, path: 'spec.defaults.config' }),
    ...fragmentProblems({ ...judged, fragment: spec.fixed?.config, path: 'spec.fixed.config' }),
    ...defaultProblems(spec),
    ...mappedProblems({
      'spec.network.denyCIDRs': spec.network?.denyCIDRs,
      'spec.network.egressCeiling': spec.network?.egressCeiling,
      'spec.network.dns.cidrs': spec.network?.dns?.cidrs,
      'spec.defaults.egress': spec.defaults?.egress?.flatMap(({ cidr }) => cidr ?? []),
    }),
    ...guardNameProblems('spec.defaults', spec.defaults),
    ...wideBlockProblems(spec),
    ...profilePeerProblems(spec),
  ];
}

/** Defaults that the profile's own ceilings refuse would make every plain tenant fail. */
function defaultProblems({ defaults, limits }: GatewayProfileSpec): Problem[] {
  const { cpu, memory, memoryLimit } = defaults?.resources ?? {};
  const size = defaults?.storage?.size;
  return [
    ...above('spec.defaults.resources.cpu', { value: cpu, limit: limits?.cpu, amountOf: millicoresOf }),
    ...above('spec.defaults.resources.memory', { value: memory, limit: memoryLimit, amountOf: bytesOf }),
    ...above('spec.defaults.resources.memoryLimit', { value: memoryLimit, limit: limits?.memory, amountOf: bytesOf }),
    ...above('spec.defaults.storage.size', { value: size, limit: limits?.storage, amountOf: bytesOf }),
    ...(memoryLimit !== undefined && bytesOf(memoryLimit) < bytesOf(leastMemoryLimit)
      ? [
          {
            code: 'resources.memory-too-small',
            path: 'spec.defaults.resources.memoryLimit',
            message: `OpenClaw does not start with ${memoryLimit}`,
            fix: `write at least ${leastMemoryLimit}`,
          },
        ]
      : []),
  ];
}

interface Amount {
  readonly value: string | undefined;
  readonly limit: string | undefined;
  readonly amountOf: (text: string) => number;
}

function above(path: string, { value, limit, amountOf }: Amount): Problem[] {
  return value === undefined || limit === undefined || amountOf(value) <= amountOf(limit)
    ? []
    : [
        {
          code: 'profile.default-above-limit',
          path,
          message: `the default ${value} is above the profile's own limit ${limit}`,
          fix: `lower it to at most ${limit}, or raise the limit`,
        },
      ];
}
