/** Whether objects may be used, by the same rules as in the CLI and at admission. The runner judges again: those can be off. */
import type { Problem } from '../../constructs/api/problem.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { appliesTo } from '../../constructs/policy/levels.ts';
import { checkBundle } from '../../constructs/rules/check-bundle.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { tenantWidenings, wideningCode } from '../../constructs/rules/widening.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { TenantInput } from '../../constructs/synth/tenant-input.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { Bundle, FleetInputs, Profile, Tenant } from './inputs.ts';
import type { Refusal } from './planner.ts';

/** Problems that a message names; the CLI shows them all. */
const shownProblems = 5;

/** See above. */
export class Judge {
  readonly #assets: SynthAssets;
  readonly #inputs: Pick<FleetInputs, 'bundles'>;
  /** By spec: the same object until it changes. */
  readonly #sharedProblems = new WeakMap<object, readonly Problem[]>();

  constructor(assets: SynthAssets, inputs: Pick<FleetInputs, 'bundles'>) {
    this.#assets = assets;
    this.#inputs = inputs;
  }

  /** Why a tenant cannot be rendered, by its own fault or by that of a profile or bundle that it stands under. */
  refusalOf(tenant: Tenant, profile: Profile, input: TenantInput): Refusal | undefined {
    const own = objectProblems(tenant);
    return (
      invalid('Invalid', '', own.length > 0 ? own : stopping(checkTenant(input))) ??
      invalid('ProfileInvalid', `GatewayProfile ${profile.metadata.name}: `, this.sharedProblems(profile)) ??
      this.#bundleRefusal(tenant)
    );
  }

  /** Rules of the tenant's own that decide nothing, in words; empty when there are none. */
  withoutEffect(input: TenantInput): string {
    return problemText(tenantWidenings(input));
  }

  /** What is wrong with a profile or bundle by itself. */
  sharedProblems(object: Profile | Bundle): readonly Problem[] {
    let problems = this.#sharedProblems.get(object.spec);
    if (problems === undefined) {
      problems = this.#judgeShared(object);
      this.#sharedProblems.set(object.spec, problems);
    }
    return problems;
  }

  #bundleRefusal({ spec }: Tenant): Refusal | undefined {
    for (const bundle of this.#inputs.bundles()) {
      if (!appliesTo(bundle.spec, spec)) continue;
      const refusal = invalid('BundleInvalid', `PolicyBundle ${bundle.metadata.name}: `, this.sharedProblems(bundle));
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #judgeShared(object: Profile | Bundle): readonly Problem[] {
    const own = objectProblems(object);
    if (own.length > 0) return own;
    const { name } = object.metadata;
    return object.kind === 'GatewayProfile'
      ? checkProfile({ name, spec: (object as Profile).spec }, this.#assets)
      : checkBundle({ name, spec: (object as Bundle).spec });
  }
}

/** Composition holds whatever a level says: when an upper one becomes stricter, those below it must not stand still. */
function stopping(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ code }) => code !== wideningCode);
}

/** One sentence for each problem. */
export function problemText(problems: readonly Problem[]): string {
  const shown = problems.slice(0, shownProblems).map(({ path, message, fix }) => `${path}: ${message}; ${fix}`);
  const more = problems.length - shown.length;
  return shown.join(' | ') + (more > 0 ? ` | and ${more} more` : '');
}

/** The object as its author wrote it: what the API server added is none of the author's fault. */
function objectProblems({ apiVersion, kind, metadata, spec }: LiveObject): Problem[] {
  return validateObject({ apiVersion, kind, metadata: { name: metadata.name }, spec });
}

function invalid(reason: string, whose: string, problems: readonly Problem[]): Refusal | undefined {
  return problems.length === 0 ? undefined : { reason, message: whose + problemText(problems) };
}
