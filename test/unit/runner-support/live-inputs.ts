/** A fleet in the runner's caches, as a watch would have told it. */
import { withDefaults } from '../../../constructs/api/defaults.ts';
import { kindNamed } from '../../../constructs/api/kinds/registry.ts';
import { FleetInputs } from '../../../runner/fleet/inputs.ts';
import type { LiveObject } from '../../../runner/kube/live-object.ts';

/** Specs by kind and name. */
export type Specs = Readonly<Record<string, Readonly<Record<string, object>>>>;

let version = 0;

/** A version after every other one so far. */
export function nextVersion(): string {
  version += 1;
  return String(version);
}

/** One object as the API server has it. */
export function live(kind: string, name: string, spec: object): LiveObject {
  const definition = kindNamed(kind);
  if (definition === undefined) throw new Error(kind);
  const metadata = {
    name,
    uid: `${kind}-${name}`,
    resourceVersion: nextVersion(),
    generation: version,
    creationTimestamp: new Date(version * 1000).toISOString(),
  };
  const filled = withDefaults(definition, { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata, spec });
  return filled as LiveObject;
}

/** Inputs that hold a fleet; `tell` adds to them, `hostShared` gathers what they tell of hosts. */
export function liveInputs(specs: Specs): {
  readonly inputs: FleetInputs;
  readonly tell: (object: LiveObject) => void;
  readonly remove: (object: LiveObject) => void;
  readonly hostShared: string[];
} {
  const hostShared: string[] = [];
  const nothing = (): void => undefined;
  const inputs = new FleetInputs({
    tenant: nothing,
    profile: nothing,
    bundle: nothing,
    hostShared: (names) => hostShared.push(...names),
  });
  const [tenants, profiles, bundles] = inputs.subjects();
  const tell = (object: LiveObject): void => {
    if (object.kind === 'TenantGateway') tenants.store.told(tenants.project(object));
    else if (object.kind === 'GatewayProfile') profiles.store.told(profiles.project(object));
    else bundles.store.told(bundles.project(object));
  };
  const remove = (object: LiveObject): void => {
    const gone = { ...object, metadata: { ...object.metadata, resourceVersion: nextVersion() } };
    if (object.kind === 'TenantGateway') tenants.store.toldGone(tenants.project(gone));
    else profiles.store.toldGone(profiles.project(gone));
  };
  for (const [kind, byName] of Object.entries(specs)) {
    for (const [name, spec] of Object.entries(byName)) tell(live(kind, name, spec));
  }
  return { inputs, tell, remove, hostShared };
}
