/** Whether objects may be used, by the same rules as in the CLI and at admission. The runner judges again: those can be off. */
import type { Problem } from '../../constructs/api/problem.ts';
import type { PolicyBundleSpec } from '../../constructs/api/types.gen.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { appliesTo } from '../../constructs/policy/levels.ts';
import { checkBundle } from '../../constructs/rules/check-bundle.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { tenantWidenings, wideningCode } from '../../constructs/rules/widening.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { Named, TenantInput } from '../../constructs/synth/tenant-input.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { RegoVerdict, RegoVerdicts } from '../rego/rego-verdicts.ts';
import type { Bundle, FleetInputs, Profile, Tenant } from './inputs.ts';
import type { Refusal } from './planner.ts';
import { problemText } from './problem-text.ts';

/**
 * How long the tenants' passes wait for opa on the same Rego, all of them together, in milliseconds; an ordinary bundle takes a tenth
 * of it. Whoever comes later does not wait: a thousand tenants under Rego that is slow on purpose would keep the workers for long.
 */
const patienceMs = 2000;

/** After that time they wait again, in milliseconds: nobody else may ask for a verdict that was given up or forgotten. */
const patienceAgainMs = 30_000;

interface Patience {
  /** Aborted when no tenant waits for opa any more. */
  readonly over: AbortSignal;
  /** Aborted when they may wait again. */
  readonly again: AbortSignal;
}

/** opa is still at work; the pass is repeated. */
export class RegoPendingError extends Error {
  readonly code = 'runner.rego-pending';

  constructor(bundle: string, cause: unknown) {
    super(`PolicyBundle ${bundle}: opa has not judged its Rego yet`, { cause });
    this.name = 'RegoPendingError';
  }
}

/** What judging works with. */
export interface JudgeDeps {
  readonly assets: SynthAssets;
  readonly inputs: Pick<FleetInputs, 'bundles'>;
  readonly rego: Pick<RegoVerdicts, 'known' | 'judge' | 'dueInMs'>;
}

/** See above. */
export class Judge {
  readonly #assets: SynthAssets;
  readonly #inputs: Pick<FleetInputs, 'bundles'>;
  readonly #rego: Pick<RegoVerdicts, 'known' | 'judge' | 'dueInMs'>;
  /** By spec: the same object until it changes. */
  readonly #sharedProblems = new WeakMap<object, readonly Problem[]>();
  /** By spec of a bundle, or by the verdict that is due again. */
  readonly #patience = new WeakMap<object, Patience>();

  constructor({ assets, inputs, rego }: JudgeDeps) {
    this.#assets = assets;
    this.#inputs = inputs;
    this.#rego = rego;
  }

  /**
   * Waits a little for the verdict of opa on the Rego under which a tenant stands; the rest of a verdict needs no waiting. What opa
   * has judged is not waited for again. The pass over the bundle waits to the end.
   * @throws RegoPendingError when opa is not done in that time, or the reason of the signal when that is aborted
   */
  async prepare({ spec }: Tenant, signal: AbortSignal): Promise<void> {
    for (const bundle of this.#inputs.bundles()) {
      if (appliesTo(bundle.spec, spec)) await this.#waitForRego(bundle, signal);
    }
  }

  /** As {@link prepare}, for one bundle; a profile has no Rego. */
  async prepareShared(object: Profile | Bundle, signal: AbortSignal): Promise<void> {
    if (object.kind !== 'PolicyBundle' || this.#ownProblems(object).length > 0) return;
    await this.#rego.judge(named(object as Bundle), signal);
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
    const own = this.#ownProblems(object);
    return own.length > 0 || object.kind !== 'PolicyBundle' ? own : this.#regoOf(object as Bundle).problems;
  }

  /** Why the Rego of a bundle could not be judged; undefined when it was, or there is none. */
  uncheckedRego(object: Profile | Bundle): string | undefined {
    if (object.kind !== 'PolicyBundle' || this.#ownProblems(object).length > 0) return undefined;
    return this.#regoOf(object as Bundle).unchecked;
  }

  /** Milliseconds until the verdict on a bundle's Rego may be another one, with nothing changed; undefined when it is final. */
  dueInMs(object: Profile | Bundle): number | undefined {
    if (object.kind !== 'PolicyBundle' || this.#ownProblems(object).length > 0) return undefined;
    return this.#rego.dueInMs(named(object as Bundle));
  }

  async #waitForRego(bundle: Bundle, signal: AbortSignal): Promise<void> {
    // opa is never asked about it, and its tenants are refused for what is wrong.
    if (this.#ownProblems(bundle).length > 0) return;
    const known = this.#rego.known(named(bundle));
    const isOpen = known === undefined || (known.unchecked !== undefined && this.dueInMs(bundle) === 0);
    if (!isOpen) return;
    const patience = this.#patienceWith(known ?? bundle.spec);
    try {
      patience.throwIfAborted();
      await this.prepareShared(bundle, AbortSignal.any([signal, patience]));
    } catch (error) {
      if (signal.aborted || error !== patience.reason) throw error;
      // Until opa is done, what was found before stands.
      if (known === undefined) throw new RegoPendingError(bundle.metadata.name, error);
    }
  }

  #patienceWith(waitedFor: object): AbortSignal {
    const known = this.#patience.get(waitedFor);
    if (known?.again.aborted === false) return known.over;
    const anew = { over: AbortSignal.timeout(patienceMs), again: AbortSignal.timeout(patienceAgainMs) };
    this.#patience.set(waitedFor, anew);
    return anew.over;
  }

  #regoOf(bundle: Bundle): RegoVerdict {
    const notYet = { problems: [], unchecked: 'it was not judged yet', isFinal: false };
    return this.#rego.known(named(bundle)) ?? notYet;
  }

  #ownProblems(object: Profile | Bundle): readonly Problem[] {
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
      const whose = `PolicyBundle ${bundle.metadata.name}: `;
      const refusal = invalid('BundleInvalid', whose, this.sharedProblems(bundle)) ?? this.#uncheckedRefusal(bundle);
      if (refusal !== undefined) return { ...refusal, isTemporary: !this.#isFinal(bundle) };
    }
    return undefined;
  }

  /** Rego that nobody has judged goes into no cell: what was applied last stays. */
  #uncheckedRefusal(bundle: Bundle): Refusal | undefined {
    const why = this.uncheckedRego(bundle);
    if (why === undefined) return undefined;
    return { reason: 'RegoUnchecked', message: `PolicyBundle ${bundle.metadata.name}: ${uncheckedText(why)}` };
  }

  #isFinal(bundle: Bundle): boolean {
    return this.#ownProblems(bundle).length > 0 || this.#regoOf(bundle).isFinal;
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
export function stopping(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ code }) => code !== wideningCode);
}

/** What a condition says of Rego that could not be judged. */
export function uncheckedText(why: string): string {
  return `spec.rego: it cannot be judged here and is not applied: ${why}`;
}

function named({ metadata, spec }: Bundle): Named<PolicyBundleSpec> {
  return { name: metadata.name, spec };
}

/** The object as its author wrote it: what the API server added is none of the author's fault. */
function objectProblems({ apiVersion, kind, metadata, spec }: LiveObject): Problem[] {
  return validateObject({ apiVersion, kind, metadata: { name: metadata.name }, spec });
}

function invalid(reason: string, whose: string, problems: readonly Problem[]): Refusal | undefined {
  return problems.length === 0 ? undefined : { reason, message: whose + problemText(problems) };
}
