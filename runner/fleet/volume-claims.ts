/** Claims of all gateways' volumes, by tenant: their size, to make them grow with the spec. They are never made or removed. */
import { tenantLabel } from '../../constructs/cell/labels.ts';
import { ByOwner } from '../engine/by-owner.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import type { Stored } from '../kube/object-store.ts';
import type { ReflectorSubject } from '../kube/reflector.ts';
import { claims } from './kinds.ts';

/** What is kept of a claim. */
export interface Claim extends Stored {
  readonly tenant: string | undefined;
  /** Size that it asks for, as a quantity. */
  readonly size: string;
  /** It has its volume; until then its size cannot be changed. */
  readonly isBound: boolean;
}

/** What claims need to know of tenants. */
export interface VolumeClaimsOptions {
  readonly ownerOf: (live: LiveObject) => string | undefined;
  /** A tenant's claim got its volume: it may have to grow now. */
  readonly onBound: (tenant: string) => void;
}

/** See above. */
export class VolumeClaims {
  readonly #options: VolumeClaimsOptions;
  readonly #store: ObjectStore<Claim>;
  readonly #byTenant = new ByOwner<Claim>({ ownerOf: ({ tenant }) => tenant, keyOf: ({ name }) => name });

  constructor(options: VolumeClaimsOptions) {
    this.#options = options;
    this.#store = new ObjectStore((before, after) => this.#changed(before, after));
  }

  /** What to list and watch. */
  subject(): ReflectorSubject<Claim> {
    const project = (live: LiveObject): Claim => claimOf(live, this.#options.ownerOf(live));
    return { resource: claims, labelSelector: tenantLabel, store: this.#store, project };
  }

  of(tenant: string): Claim[] {
    return [...this.#byTenant.of(tenant).values()];
  }

  /** Takes in the answer to a write of ours. */
  answered(live: LiveObject): void {
    this.#store.answered(claimOf(live, this.#options.ownerOf(live)));
  }

  #changed(before: Claim | undefined, after: Claim | undefined): void {
    this.#byTenant.changed(before, after);
    if (after?.tenant !== undefined && after.isBound && before?.isBound !== true) this.#options.onBound(after.tenant);
  }
}

function claimOf({ metadata, ...content }: LiveObject, tenant: string | undefined): Claim {
  const { name, namespace, uid, resourceVersion } = metadata;
  const spec = content['spec'] as { readonly resources?: { readonly requests?: { readonly storage?: string } } };
  const isBound = (content['status'] as { readonly phase?: string } | undefined)?.phase === 'Bound';
  return { name, namespace, uid, resourceVersion, tenant, isBound, size: spec.resources?.requests?.storage ?? '0' };
}
