/** From a tenant to what it should have: validate, synthesize, and remember the answer while nothing that decides it changes. */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import { cellNames } from '../../constructs/cell/labels.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import { hostTaken, profileMissing } from '../../constructs/rules/check-fleet.ts';
import { servedHost } from '../../constructs/rules/host.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { CellExtension } from '../../constructs/synth/fleet-config.ts';
import { extensionAnnotation } from '../../constructs/synth/fleet-tree.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import type { TenantInput, TenantOutput } from '../../constructs/synth/tenant-input.ts';
import { digest } from '../engine/digest.ts';
import { RecentMap } from '../engine/recent-map.ts';
import { wantedObject } from '../engine/wanted.ts';
import type { Strategy, WantedObject } from '../engine/wanted.ts';
import type { FleetInputs, Profile, Tenant } from './inputs.ts';
import { leavingRefusal } from './leaving-profile.ts';
import { problemText } from './problem-text.ts';
import type { Judge } from './judge.ts';
import { volumesOf } from './cell-facts.ts';
import type { VolumeSizes } from './cell-facts.ts';
import { cellKinds } from './kinds.ts';
import { Renderings } from './renderings.ts';
import { tokenSecretOf } from './token-secret.ts';

/** What a tenant should have. */
export interface Plan {
  /** What status says of it. */
  readonly output: Omit<TenantOutput, 'objects'>;
  /** In apply order. */
  readonly wanted: readonly WantedObject[];
  /** Sizes of the gateway's volumes. */
  readonly volumes: VolumeSizes;
  /** Pods of the gateway. */
  readonly replicas: number;
  /** Of everything that is wanted. */
  readonly revision: string;
  /** Rules of the tenant that decide nothing, in words; empty when there are none. */
  readonly withoutEffect: string;
}

/** Why there is no plan; a person must change something. */
export interface Refusal {
  /** One word for the condition. */
  readonly reason: string;
  readonly message: string;
  /** Another try may end otherwise, with nothing changed. @default false */
  readonly isTemporary?: boolean;
}

/** Exactly one of the two. */
export type Planned = { readonly plan: Plan } | { readonly refusal: Refusal };

/** What planning works with. */
export interface PlannerDeps {
  readonly inputs: FleetInputs;
  readonly assets: SynthAssets;
  readonly extension?: CellExtension | undefined;
  readonly judge: Pick<Judge, 'prepare' | 'refusalOf' | 'withoutEffect'>;
}

/**
 * Tenants whose plans are remembered, those that were asked for last: a plan keeps 13 kB, and another pass of a tenant that was at rest
 * for long renders it again in a millisecond.
 */
const mostRemembered = 2000;

interface Remembered {
  readonly decidedBy: string;
  readonly planned: Planned;
}

/** See above. */
export class Planner {
  readonly #deps: PlannerDeps;
  readonly #remembered = new RecentMap<string, Remembered>(mostRemembered);
  readonly #renderings = new Renderings();

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  /**
   * @param tokenSecretName Secret with the token where the spec names none
   * @throws the reason of the signal when that is aborted while opa judges
   */
  async plan(tenant: Tenant, tokenSecretName: string | undefined, signal: AbortSignal): Promise<Planned> {
    await this.#deps.judge.prepare(tenant, signal);
    return this.#planNow(tenant, tokenSecretName);
  }

  #planNow(tenant: Tenant, tokenSecretName: string | undefined): Planned {
    const profile = this.#deps.inputs.profile(profileNameOf(tenant.spec));
    if (profile === undefined) return this.#missingProfile(tenant);
    const leaving = leavingRefusal(this.#deps.inputs, tenant, profile);
    if (leaving !== undefined) return { refusal: leaving };
    const taken = this.#hostTaken(tenant, profile);
    if (taken !== undefined) return { refusal: { reason: 'HostTaken', message: problemText([taken]) } };
    const decidedBy = this.#decidedBy(tenant, profile, tokenSecretName);
    const known = this.#remembered.get(tenant.metadata.name);
    const planned = known?.decidedBy === decidedBy ? known.planned : this.#make(tenant, profile, tokenSecretName);
    this.#remember(tenant.metadata.name, { decidedBy, planned });
    return planned;
  }

  #remember(name: string, made: Remembered): void {
    this.forget(name);
    if ('refusal' in made.planned && made.planned.refusal.isTemporary === true) return;
    this.#remembered.set(name, made);
  }

  forget(name: string): void {
    this.#remembered.delete(name);
  }

  /** Everything that decides a plan, by version instead of by content. */
  #decidedBy(tenant: Tenant, profile: Profile, tokenSecretName: string | undefined): string {
    const { uid, generation, annotations } = tenant.metadata;
    return JSON.stringify([
      [uid, generation, annotations?.[extensionAnnotation]],
      [profile.metadata.uid, profile.metadata.generation],
      this.#deps.inputs.bundleRevision,
      tokenSecretName,
    ]);
  }

  #make(tenant: Tenant, profile: Profile, tokenSecretName: string | undefined): Planned {
    const input: TenantInput = {
      tenant: { name: tenant.metadata.name, spec: tenant.spec },
      profile: { name: profile.metadata.name, spec: profile.spec },
      bundles: this.#deps.inputs.bundleSpecs(),
      assets: this.#deps.assets,
      ...(tokenSecretName === undefined ? {} : { tokenSecretName }),
    };
    const refusal = this.#extensionRefusal(tenant) ?? this.#deps.judge.refusalOf(tenant, profile, input);
    return refusal === undefined ? this.#synthesize(tenant, input) : { refusal };
  }

  /** Two routes with one host: which tenant answers would be left to the ingress controller. */
  #hostTaken({ metadata: { name }, spec }: Tenant, profile: Profile): Problem | undefined {
    const host = servedHost({ tenant: { name, spec }, profile: { name: profile.metadata.name, spec: profile.spec } });
    const by = host === undefined ? undefined : this.#deps.inputs.hostHolder(host);
    return host === undefined || by === undefined || by === name ? undefined : hostTaken({ spec, host, by });
  }

  #missingProfile({ spec }: Tenant): Planned {
    const existing = this.#deps.inputs.profiles().map(({ metadata }) => metadata.name);
    const problem = profileMissing(spec, existing.sort());
    return { refusal: { reason: 'ProfileMissing', message: problem === undefined ? '' : problemText([problem]) } };
  }

  #extensionRefusal({ metadata }: Tenant): Refusal | undefined {
    const named = metadata.annotations?.[extensionAnnotation];
    const own = this.#deps.extension?.hash;
    if (named === undefined || named === own) return undefined;
    const carries = own === undefined ? 'carries no extension' : `carries ${own}`;
    return {
      reason: 'ExtensionMissing',
      message: `the tenant is rendered with the fleet extension ${named} and this runner ${carries}: run a runner image that was built with that extension, or set delivery: Rendered`,
    };
  }

  #synthesize(tenant: Tenant, input: TenantInput): Planned {
    const isExtended = tenant.metadata.annotations?.[extensionAnnotation] !== undefined;
    const token = input.tokenSecretName === undefined ? [] : [tokenSecretOf(tenant, input.tokenSecretName)];
    const render = (): { output: TenantOutput; wanted: WantedObject[] } => {
      const output = synthesizeTenant(input, isExtended ? this.#deps.extension : undefined);
      return { output, wanted: [...output.objects.map(toWanted), ...token] };
    };
    let first: ReturnType<typeof render>;
    try {
      first = render();
    } catch (error) {
      // A defect of constructs or of the extension. It must neither stop the runner nor pass unsaid.
      return { refusal: { reason: 'RenderFailed', message: error instanceof Error ? error.message : String(error) } };
    }
    const { objects: _objects, ...output } = first.output;
    const workload = first.wanted.find(({ kind }) => kind.kind === 'StatefulSet');
    return {
      plan: {
        output,
        wanted: this.#renderings.lighten(first.wanted, () => render().wanted),
        volumes: workload === undefined ? {} : volumesOf(workload.body),
        replicas: (workload?.body['spec'] as { readonly replicas?: number } | undefined)?.replicas ?? 0,
        revision: digest(first.wanted.map((item) => [item.key, item.digest])),
        withoutEffect: this.#deps.judge.withoutEffect(input),
      },
    };
  }
}

function toWanted(object: KubeObject): WantedObject {
  const kind = cellKinds.find((known) => known.apiVersion === object.apiVersion && known.kind === object.kind);
  if (kind === undefined) throw new RangeError(`${object.kind} passed the render gate and is no emitted kind`);
  return wantedObject(kind, object, strategyOf(object));
}

function strategyOf(object: KubeObject): Strategy {
  return object.kind === 'Namespace' || object['immutable'] === true ? 'create-first' : 'apply';
}

/** Key of the gateway's StatefulSet among a tenant's children. */
export function workloadKey(namespace: string): string {
  return `StatefulSet.apps/${namespace}/${cellNames.gateway}`;
}
