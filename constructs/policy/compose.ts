/** A tenant's policy as OPA loads it: one fixed library, one document a level, free Rego in packages of its own. */
import { createHash } from 'node:crypto';
import { maskedKeys } from '../api/kinds/decision-log.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import type { AssetFiles } from '../synth/assets.ts';
import { byCodeUnit, sortKeys } from '../synth/order.ts';
import type { Named } from '../synth/tenant-input.ts';
import { bundleFile, bundleModule } from './free-rego.ts';
import { levelLines } from './level-lines.ts';
import { applicableBundles } from './levels.ts';

/** What composition reads. */
export interface PolicyInput {
  readonly tenant: Named<TenantGatewaySpec>;
  readonly bundles: readonly Named<PolicyBundleSpec>[];
  /** The Rego library, `policy/*.rego`. */
  readonly library: AssetFiles;
  /** What the profile says of the decision log. @default - the defaults of the profile */
  readonly decisionLog?: DecisionLog | undefined;
}

type DecisionLog = NonNullable<NonNullable<GatewayProfileSpec['policy']>['decisionLog']>;

/** What OPA loads. */
export interface ComposedPolicy {
  /** Rego modules by file name: the library, then `bundle-<name>.rego` for each bundle with free Rego. */
  readonly modules: Readonly<Record<string, string>>;
  /** OPA's data document, as text: one line a level. */
  readonly data: string;
  /** SHA-256, in hex, over all that decides: modules and level documents. Equal policies have equal revisions. */
  readonly revision: string;
  /** Whether a bundle brought Rego of its own, which must be checked before OPA runs it. */
  readonly hasFreeRego: boolean;
}

/** Composes the policy of one tenant. Lower levels cannot widen upper ones: the library asks each level by itself. */
export function composePolicy({ tenant, bundles, library, decisionLog }: PolicyInput): ComposedPolicy {
  const free = applicableBundles(tenant.spec, bundles).flatMap(({ name, spec }) =>
    spec.rego === undefined ? [] : [[bundleFile(name), bundleModule(name, spec.rego)] as const],
  );
  const modules = Object.fromEntries([...Object.entries(library), ...free].sort(([a], [b]) => byCodeUnit(a, b)));
  const levels = levelLines(tenant, bundles);
  const texts = free.length === 0 ? libraryText(library) : JSON.stringify(Object.entries(modules));
  const revision = createHash('sha256')
    .update(`[${JSON.stringify(tenant.name)},${JSON.stringify(levels)},${texts}]`)
    .digest('hex');
  return {
    modules,
    data: dataDocument({ tenant: tenant.name, revision, log: logSettings(decisionLog) }, levels),
    revision,
    hasFreeRego: free.length > 0,
  };
}

/** What the log shows decides nothing, so it is no part of the revision. */
function logSettings({ maskKeys, hashSenders = false }: DecisionLog = {}): object {
  return { maskKeys: [...(maskKeys ?? maskedKeys)].sort(byCodeUnit), hashSenders };
}

const libraryTexts = new WeakMap<AssetFiles, string>();

/** The modules of a policy without free Rego, as they go into the revision: the same for all tenants. */
function libraryText(library: AssetFiles): string {
  const text = libraryTexts.get(library) ?? JSON.stringify(Object.entries(sortKeys(library)));
  libraryTexts.set(library, text);
  return text;
}

/** Compact, since every cell has a copy, and with one line a level, so that a diff shows which one changed. */
function dataDocument(head: object, levels: readonly string[]): string {
  const lines = levels.map((level) => `\n${level}`);
  return `{"policy":${JSON.stringify(head).slice(0, -1)},"levels":[${lines.join(',')}\n]}}\n`;
}
