/** The fleet as the API server has it: tenants, profiles and bundles, and what a change of one means for the others. */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import type {
  GatewayProfileSpec,
  GatewayProfileStatus,
  PolicyBundleSpec,
  PolicyBundleStatus,
  TenantGatewaySpec,
  TenantGatewayStatus,
} from '../../constructs/api/types.gen.ts';
import { servedHost } from '../../constructs/rules/host.ts';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import type { OnChange, Stored } from '../kube/object-store.ts';
import type { ReflectorSubject } from '../kube/reflector.ts';
import type { ResourceKind } from '../kube/resource.ts';
import { gatewayProfiles, policyBundles, tenantGateways } from './kinds.ts';
import { hostIn } from './routes.ts';
import { ServedHosts } from './served-hosts.ts';
import { Users } from './users.ts';

/** A custom object, its spec with defaults as the API server fills them in. */
export interface CustomObject<Spec, Status> extends LiveObject {
  readonly spec: Spec;
  readonly status?: Status;
}
export type Tenant = CustomObject<TenantGatewaySpec, TenantGatewayStatus>;
export type Profile = CustomObject<GatewayProfileSpec, GatewayProfileStatus>;
export type Bundle = CustomObject<PolicyBundleSpec, PolicyBundleStatus>;

/** Our kinds. */
export const inputKinds = ['TenantGateway', 'GatewayProfile', 'PolicyBundle'] as const;
export type InputKind = (typeof inputKinds)[number];

/** One of our objects. */
export interface InputName {
  readonly kind: InputKind;
  readonly name: string;
}

interface Held<T extends LiveObject> extends Stored {
  readonly object: T;
}

/** Told which of our objects changed; before is undefined for a new one, after for one that is gone. */
export interface InputListener {
  readonly tenant: (before: Tenant | undefined, after: Tenant | undefined) => void;
  readonly profile: (before: Profile | undefined, after: Profile | undefined) => void;
  readonly bundle: (before: Bundle | undefined, after: Bundle | undefined) => void;
  /** Told of tenants that hold a host to which another tenant came, or which it left. */
  readonly hostShared: (tenants: readonly string[]) => void;
}

/** See above. */
export class FleetInputs {
  readonly #tenants: ObjectStore<Held<Tenant>>;
  readonly #profiles: ObjectStore<Held<Profile>>;
  readonly #bundles: ObjectStore<Held<Bundle>>;
  #bundleList: readonly Named<PolicyBundleSpec>[] | undefined;
  #bundleRevision = 0;
  readonly #hosts = new ServedHosts();
  readonly #users = new Users();
  /** Tenants that took to a profile while it was being deleted. */
  readonly #late = new Set<string>();
  readonly #listener: InputListener;

  constructor(listener: InputListener) {
    this.#listener = listener;
    this.#tenants = new ObjectStore(
      unheld((before, after) => {
        this.#users.changed(before, after);
        this.#noteLate(before, after);
        if (specChanged(before, after) || before?.status?.url !== after?.status?.url) this.#placeHosts(before, after);
        listener.tenant(before, after);
      }),
    );
    this.#profiles = new ObjectStore(
      unheld((before, after) => {
        if (specChanged(before, after)) this.#placeHostsUnder(before, after);
        listener.profile(before, after);
      }),
    );
    this.#bundles = new ObjectStore(
      unheld((before, after) => {
        if (specChanged(before, after)) {
          this.#bundleList = undefined;
          this.#bundleRevision += 1;
        }
        listener.bundle(before, after);
      }),
    );
  }

  /** What to list and watch. */
  subjects(): [ReflectorSubject<Held<Tenant>>, ReflectorSubject<Held<Profile>>, ReflectorSubject<Held<Bundle>>] {
    return [
      subject(tenantGateways, this.#tenants),
      subject(gatewayProfiles, this.#profiles),
      subject(policyBundles, this.#bundles),
    ];
  }

  /** Up to which version everything of a kind was told; `0` before the first list. */
  toldVersion(kind: InputKind): string {
    return this.#stores()[kind].toldVersion;
  }

  /** Whatever is held under a name. */
  held({ kind, name }: InputName): LiveObject | undefined {
    return this.#stores()[kind].get(name)?.object;
  }

  /** Takes in what a read found under a name, undefined for nothing, as of a version of the whole kind. */
  found({ kind, name }: InputName, object: LiveObject | undefined, version: string): void {
    const stores = this.#stores();
    switch (kind) {
      case 'TenantGateway':
        stores[kind].found(name, object && hold(object as Tenant), version);
        break;
      case 'GatewayProfile':
        stores[kind].found(name, object && hold(object as Profile), version);
        break;
      case 'PolicyBundle':
        stores[kind].found(name, object && hold(object as Bundle), version);
        break;
    }
  }

  tenant(name: string): Tenant | undefined {
    return this.#tenants.get(name)?.object;
  }

  profile(name: string): Profile | undefined {
    return this.#profiles.get(name)?.object;
  }

  bundle(name: string): Bundle | undefined {
    return this.#bundles.get(name)?.object;
  }

  tenants(): Tenant[] {
    return [...this.#tenants.values()].map(({ object }) => object);
  }

  profiles(): Profile[] {
    return [...this.#profiles.values()].map(({ object }) => object);
  }

  bundles(): Bundle[] {
    return [...this.#bundles.values()].map(({ object }) => object);
  }

  /** Names of the tenants that stand under a profile or bundle. */
  usersOf(object: Profile | Bundle): ReadonlySet<string> {
    return this.#users.of(object);
  }

  /** The tenants that name a profile, whether there is one or not; by name. */
  tenantsNaming(profile: string): Tenant[] {
    return [...this.#users.ofProfile(profile)].sort(byCodeUnit).flatMap((name) => this.tenant(name) ?? []);
  }

  /** Whether a tenant took to its profile while that was being deleted, as far as we saw it. */
  cameLate(tenant: string): boolean {
    return this.#late.has(tenant);
  }

  /** Every bundle's rules; the same array until the spec of one changes. */
  bundleSpecs(): readonly Named<PolicyBundleSpec>[] {
    this.#bundleList ??= this.bundles().map(({ metadata, spec }) => ({ name: metadata.name, spec }));
    return this.#bundleList;
  }

  /**
   * Every tenant that asks for a host, or served it last by its status: while its spec is refused or it is paused, its route stands
   * although it asks for another one.
   */
  hostHolders(host: string): string[] {
    return this.#hosts.of(host);
  }

  /**
   * The tenant that has a host, of all that hold it: who serves it already, by its status; else the oldest. So a tenant that
   * asks for another's host does not get it, whatever its age.
   */
  hostHolder(host: string): string | undefined {
    const holders = this.#hosts.of(host).flatMap((name) => this.tenant(name) ?? []);
    const rank = ({ status, metadata }: Tenant): string =>
      [hostIn(status?.url) === host ? 0 : 1, metadata.creationTimestamp ?? '', metadata.name].join(' ');
    return holders.sort((a, b) => byCodeUnit(rank(a), rank(b)))[0]?.metadata.name;
  }

  #stores() {
    return { TenantGateway: this.#tenants, GatewayProfile: this.#profiles, PolicyBundle: this.#bundles };
  }

  #noteLate(before: Tenant | undefined, after: Tenant | undefined): void {
    const profile = after && profileNameOf(after.spec);
    if (before === undefined || profileNameOf(before.spec) === profile) return;
    const leaving = profile === undefined ? undefined : this.profile(profile)?.metadata.deletionTimestamp;
    if (leaving === undefined) this.#late.delete(before.metadata.name);
    else this.#late.add(before.metadata.name);
  }

  #placeHosts(before: Tenant | undefined, after: Tenant | undefined): void {
    const name = (after ?? before)?.metadata.name ?? '';
    const profile = after && this.profile(profileNameOf(after.spec));
    const host =
      profile &&
      servedHost({
        tenant: { name, spec: after.spec },
        profile: { name: profile.metadata.name, spec: profile.spec },
      });
    const held = [host, hostIn(after?.status?.url)].filter((each) => each !== undefined);
    const others = this.#hosts.place(name, new Set(held));
    if (others.length > 0) this.#listener.hostShared(others);
  }

  /** A profile may have a template for hosts. */
  #placeHostsUnder(before: Profile | undefined, after: Profile | undefined): void {
    const profile = after ?? before;
    for (const name of profile === undefined ? [] : this.usersOf(profile)) {
      const tenant = this.tenant(name);
      this.#placeHosts(tenant, tenant);
    }
  }

  /** Changes whenever the spec of a bundle does. */
  get bundleRevision(): number {
    return this.#bundleRevision;
  }

  /** Takes in the answer to a write of ours, so that the next pass does not judge by what was before. */
  answered(tenant: LiveObject): Tenant {
    const held = hold(tenant as Tenant);
    this.#tenants.answered(held);
    return held.object;
  }

  /** As {@link answered}, for a profile or bundle. */
  answeredShared(object: LiveObject): Profile | Bundle {
    if (object.kind === 'GatewayProfile') {
      const profile = hold(object as Profile);
      this.#profiles.answered(profile);
      return profile.object;
    }
    const bundle = hold(object as Bundle);
    this.#bundles.answered(bundle);
    return bundle.object;
  }
}

/** Whether the spec of an object is another one now; status and metadata do not count. */
export function specChanged(before: LiveObject | undefined, after: LiveObject | undefined): boolean {
  return before?.metadata.uid !== after?.metadata.uid || before?.metadata.generation !== after?.metadata.generation;
}

/** managedFields are the largest part of a small object and say nothing here. */
function hold<T extends LiveObject>(live: T): Held<T> {
  const metadata: T['metadata'] & { managedFields?: unknown } = { ...live.metadata };
  delete metadata.managedFields;
  const { name, uid, resourceVersion } = metadata;
  return { name, uid, resourceVersion, object: { ...live, metadata } };
}

function subject<T extends LiveObject>(resource: ResourceKind, store: ObjectStore<Held<T>>): ReflectorSubject<Held<T>> {
  // The type of a custom object is what its CRD made sure of, and the validator judges it again before it is used.
  return { resource, store, project: (object) => hold(object as T) };
}

function unheld<T extends LiveObject>(listener: OnChange<T>): OnChange<Held<T>> {
  return (before, after) => listener(before?.object, after?.object);
}
