/** Ceilings of a profile, and amounts that do not fit together. */
import type { Problem } from '../api/problem.ts';
import { resolveSettings } from '../cell/settings/cell-settings.ts';
import { bytesOf, millicoresOf } from '../synth/quantity.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

interface Ceiling {
  readonly path: string;
  readonly value: string | number | undefined;
  readonly limit: string | number | undefined;
  readonly amountOf: (value: string | number) => number;
}

/** Below this limit of memory OpenClaw ends at its start (measured with 2026.9.6). */
export const leastMemoryLimit = '1Gi';

/** Amounts of the tenant above the ceilings of its profile. */
export function limitProblems({ tenant: { spec }, profile }: TenantInput): Problem[] {
  const limits = profile.spec.limits ?? {};
  const ceilings: readonly Ceiling[] = [
    { path: 'spec.resources.cpu', value: spec.resources?.cpu, limit: limits.cpu, amountOf: millicores },
    { path: 'spec.resources.memory', value: spec.resources?.memory, limit: limits.memory, amountOf: amountOfBytes },
    {
      path: 'spec.resources.memoryLimit',
      value: spec.resources?.memoryLimit,
      limit: limits.memory,
      amountOf: amountOfBytes,
    },
    { path: 'spec.storage.size', value: spec.storage?.size, limit: limits.storage, amountOf: amountOfBytes },
    { path: 'spec.replicas', value: spec.replicas, limit: limits.replicas, amountOf: Number },
  ];
  return ceilings.flatMap(({ path, value, limit, amountOf }) =>
    value === undefined || limit === undefined || amountOf(value) <= amountOf(limit)
      ? []
      : [
          {
            code: 'profile.limit',
            path,
            message: `${value} is more than profile ${profile.name} allows (${limit})`,
            fix: `write at most ${limit}, or raise spec.limits of the profile`,
          },
        ],
  );
}

/** A memory request and limit that no pod can have, or that no gateway starts with. */
export function memoryProblems({ tenant, profile }: TenantInput): Problem[] {
  const { memory, memoryLimit } = resolveSettings(tenant, profile);
  const source = (name: 'memory' | 'memoryLimit'): string =>
    tenant.spec.resources?.[name] === undefined ? `of profile ${profile.name}` : `of the tenant`;
  if (bytesOf(memoryLimit) < bytesOf(leastMemoryLimit)) {
    return [
      {
        code: 'resources.memory-too-small',
        path: 'spec.resources.memoryLimit',
        message: `OpenClaw does not start with ${memoryLimit} (${source('memoryLimit')})`,
        fix: `write at least ${leastMemoryLimit}`,
      },
    ];
  }
  return bytesOf(memory) <= bytesOf(memoryLimit)
    ? []
    : [
        {
          code: 'resources.memory-order',
          path: 'spec.resources.memory',
          message: `the request ${memory} (${source('memory')}) is above the limit ${memoryLimit} (${source('memoryLimit')})`,
          fix: 'lower resources.memory or raise resources.memoryLimit',
        },
      ];
}

function amountOfBytes(value: string | number): number {
  return bytesOf(String(value));
}

function millicores(value: string | number): number {
  return millicoresOf(String(value));
}
