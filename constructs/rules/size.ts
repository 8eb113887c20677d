/** Bounds on what becomes a ConfigMap, which the API server refuses above 1 MiB. */
import { gzipSync } from 'node:zlib';
import type { Problem } from '../api/problem.ts';
import type { PolicyBundleSpec } from '../api/types.gen.ts';
import { resolveSettings } from '../cell/settings/cell-settings.ts';
import { applicableBundles } from '../policy/levels.ts';
import type { Named, TenantInput } from '../synth/tenant-input.ts';

const kibibyte = 1024;
/** Together with the library and the capabilities this stays under 1 MiB. */
const policyLimit = 640 * kibibyte;
const configLimit = 256 * kibibyte;
const workspaceLimit = 512 * kibibyte;

/** Every tenant keeps a copy of its policy, and etcd holds them all. */
const compressedPolicyLimit = 64 * kibibyte;

/** Policy, configuration and workspace seeds that would not fit. */
export function sizeProblems({ tenant, profile, bundles }: TenantInput): Problem[] {
  const { spec } = tenant;
  const seeds = resolveSettings(tenant, profile).workspace.reduce((sum, { content }) => sum + utf8Size(content), 0);
  return [
    ...policyProblems(tenant, applicableBundles(spec, bundles)),
    ...tooLarge('config.too-large', 'spec.openclaw.config', {
      what: 'the fragment',
      size: jsonSize(spec.openclaw?.config),
      limit: configLimit,
    }),
    ...tooLarge('workspace.too-large', 'spec.openclaw.workspace', {
      what: 'the seed files',
      size: seeds,
      limit: workspaceLimit,
    }),
  ];
}

/** Within 1 MiB as it is, which the API server asks for, and within 64 KiB compressed. */
function policyProblems({ spec }: TenantInput['tenant'], applicable: readonly Named<PolicyBundleSpec>[]): Problem[] {
  const what = `the tenant's rules and those of ${applicable.length} bundles`;
  const size = jsonSize(spec.policy) + applicable.reduce((sum, bundle) => sum + bundleSize(bundle), 0);
  const problems = tooLarge('policy.too-large', 'spec.policy', { what, size, limit: policyLimit });
  // What is small as it is need not be compressed to know.
  return problems.length > 0 || size <= compressedPolicyLimit / 2
    ? problems
    : tooLarge('policy.too-large', 'spec.policy', {
        what,
        size: compressedSize(applicable) + gzipSync(JSON.stringify(spec.policy ?? {})).length,
        limit: compressedPolicyLimit,
        measure: 'compressed',
      });
}

const compressedSizes = new WeakMap<readonly Named<PolicyBundleSpec>[], number>();

/** Tenants of one place share the list of their bundles, so that it is compressed once for all of them. */
function compressedSize(applicable: readonly Named<PolicyBundleSpec>[]): number {
  let size = compressedSizes.get(applicable);
  if (size === undefined) {
    size = gzipSync(JSON.stringify(applicable)).length;
    compressedSizes.set(applicable, size);
  }
  return size;
}

interface Measured {
  readonly what: string;
  readonly size: number;
  readonly limit: number;
  /** How the size was taken, where that is not plain. */
  readonly measure?: string;
}

function tooLarge(code: string, path: string, { what, size, limit, measure }: Measured): Problem[] {
  return size <= limit
    ? []
    : [
        {
          code,
          path,
          message: `${what} have ${Math.ceil(size / kibibyte)} KiB together${measure === undefined ? '' : `, ${measure}`}`,
          fix: `shorten them to at most ${limit / kibibyte} KiB; they are kept in one ConfigMap`,
        },
      ];
}

const bundleSizes = new WeakMap<PolicyBundleSpec, number>();

/** A bundle is shared by many tenants and measured once. */
function bundleSize({ spec }: Named<PolicyBundleSpec>): number {
  let size = bundleSizes.get(spec);
  if (size === undefined) {
    size = jsonSize(spec);
    bundleSizes.set(spec, size);
  }
  return size;
}

function jsonSize(value: unknown): number {
  return value === undefined ? 0 : utf8Size(JSON.stringify(value));
}

function utf8Size(text: string): number {
  return new TextEncoder().encode(text).length;
}
