/** Gateway pods of all tenants: what keeps each from being ready. */
import { tenantLabel } from '../../constructs/cell/labels.ts';
import { ByOwner } from '../engine/by-owner.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import type { ReflectorSubject } from '../kube/reflector.ts';
import { pods } from './kinds.ts';
import { podFacts } from './pod-facts.ts';
import type { PodFacts } from './pod-facts.ts';

/** What pods need to know of tenants. */
export interface GatewayPodsOptions {
  readonly ownerOf: (live: LiveObject) => string | undefined;
  /** A tenant's pod has a problem, or another one than before. */
  readonly onChange: (tenant: string) => void;
}

/** See above. */
export class GatewayPods {
  readonly #options: GatewayPodsOptions;
  readonly #store: ObjectStore<PodFacts>;
  readonly #byTenant = new ByOwner<PodFacts>({ ownerOf: ({ tenant }) => tenant, keyOf: ({ name }) => name });

  constructor(options: GatewayPodsOptions) {
    this.#options = options;
    this.#store = new ObjectStore((before, after) => this.#changed(before, after));
  }

  /** What to list and watch. */
  subject(): ReflectorSubject<PodFacts> {
    const project = (live: LiveObject): PodFacts => podFacts(live, this.#options.ownerOf(live));
    return { resource: pods, labelSelector: tenantLabel, store: this.#store, project };
  }

  /** `gateway-0 is on no node: …`, one sentence for each pod that is not ready, by name. */
  problems(tenant: string): string[] {
    return [...this.#byTenant.of(tenant).values()]
      .flatMap(({ name, problem }) => (problem === undefined ? [] : `${name} ${problem}`))
      .sort();
  }

  /** Whether a pod has a problem that waiting may not solve. */
  inTrouble(tenant: string): boolean {
    return [...this.#byTenant.of(tenant).values()].some((pod) => pod.inTrouble);
  }

  /** Whether a pod cannot start because this Secret is not there. */
  misses(tenant: string, secret: string): boolean {
    return [...this.#byTenant.of(tenant).values()].some(({ missingSecret }) => missingSecret === secret);
  }

  /** ConfigMaps that pods mount, by name. */
  maps(tenant: string): readonly string[] {
    return [...this.#byTenant.of(tenant).values()].flatMap(({ maps }) => maps);
  }

  #changed(before: PodFacts | undefined, after: PodFacts | undefined): void {
    this.#byTenant.changed(before, after);
    if (after?.tenant === undefined) return;
    // That a pod is ready or gone is told by its StatefulSet.
    const isNews = after.problem !== before?.problem || after.missingSecret !== before?.missingSecret;
    if (after.problem !== undefined && isNews) this.#options.onChange(after.tenant);
  }
}
