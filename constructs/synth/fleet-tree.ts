/** What lies where in `dist/`: the folders `fleet/` and `tenants/`, file by file, in the order in which they are applied. */
import { profileNameOf } from '../api/profile-name.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import { emittedKindOf } from './emitted-kinds.ts';
import type { EmittedKind } from './emitted-kinds.ts';
import type { CellExtension } from './fleet-config.ts';
import type { KubeObject } from './kube-object.ts';
import { byCodeUnit } from './order.ts';
import { synthesizeTenant } from './synthesize-tenant.ts';
import type { SynthAssets } from './assets.ts';
import type { Named } from './tenant-input.ts';

/** An object of ours twice: as its author wrote it, for Git, and with the schema's defaults, for synthesis. */
export interface FleetMember<Spec> extends Named<Spec> {
  readonly source: KubeObject;
}

/** A whole fleet, validated. */
export interface Fleet {
  readonly profiles: readonly FleetMember<GatewayProfileSpec>[];
  readonly bundles: readonly FleetMember<PolicyBundleSpec>[];
  readonly tenants: readonly FleetMember<TenantGatewaySpec>[];
}

/** One file of the tree. */
export interface TreeFile {
  /** Path below the output folder, with forward slashes. */
  readonly path: string;
  /** Objects in apply order. */
  readonly objects: readonly KubeObject[];
}

/** How a tree is made. */
export interface TreeOptions {
  readonly assets: SynthAssets;
  /** A fleet's own additions, with the hash that Managed tenants carry so that a runner without them refuses. */
  readonly extension?: CellExtension;
  /**
   * `spec`: each tenant by its own `delivery`. `rendered`: every tenant's children, for review.
   * @default 'spec'
   */
  readonly delivery?: 'spec' | 'rendered';
}

/** Annotation on a Managed TenantGateway: hash of the extension that its fleet adds. */
export const extensionAnnotation = 'cellwright.dev/extension';

const fileOfWave: Readonly<Record<EmittedKind['wave'], string>> = {
  namespace: '00-namespace.yaml',
  guards: '10-guards.yaml',
  config: '20-config.yaml',
  'network-names': '30-services.yaml',
  workload: '40-workload.yaml',
  access: '50-access.yaml',
};

/** Profiles and bundles, which must be there before the tenants that name them. */
export function sharedFiles({ profiles, bundles }: Pick<Fleet, 'profiles' | 'bundles'>): TreeFile[] {
  return [['fleet/00-profiles.yaml', profiles] as const, ['fleet/10-bundles.yaml', bundles] as const].flatMap(
    ([path, members]) =>
      members.length === 0 ? [] : [{ path, objects: members.map(({ source }) => source).sort(byName) }],
  );
}

/** What Git applies for one tenant: the TenantGateway, and its children when Git delivers them. */
export function tenantFiles(
  member: FleetMember<TenantGatewaySpec>,
  fleet: Pick<Fleet, 'profiles' | 'bundles'>,
  options: TreeOptions,
): TreeFile[] {
  const folder = `tenants/${member.name}`;
  const { source, spec } = member;
  const rendered = spec.delivery === 'Rendered' || options.delivery === 'rendered';
  const own = { path: `${folder}/tenant-gateway.yaml`, objects: [claim(source, spec, options)] };
  return rendered ? [...childFiles(member, fleet, options), own] : [own];
}

function childFiles(
  { name, spec }: FleetMember<TenantGatewaySpec>,
  { profiles, bundles }: Pick<Fleet, 'profiles' | 'bundles'>,
  { assets, extension }: TreeOptions,
): TreeFile[] {
  const profile = profiles.find((candidate) => candidate.name === profileNameOf(spec));
  if (profile === undefined) {
    throw new RangeError(`tenant ${name} names profile ${profileNameOf(spec)}, which the fleet does not have`);
  }
  const { objects } = synthesizeTenant({ tenant: { name, spec }, profile, bundles, assets }, extension);
  const files = new Map<string, KubeObject[]>();
  for (const object of objects) {
    const file = `tenants/${name}/${fileOfWave[waveOf(object)]}`;
    const together = files.get(file);
    if (together === undefined) {
      files.set(file, [object]);
    } else {
      together.push(object);
    }
  }
  return [...files].map(([path, members]) => ({ path, objects: members }));
}

function waveOf(object: KubeObject): EmittedKind['wave'] {
  const emitted = emittedKindOf(object);
  if (emitted === undefined) {
    throw new RangeError(`${object.kind} passed the render gate without a wave`);
  }
  return emitted.entry.wave;
}

function claim(source: KubeObject, { delivery }: TenantGatewaySpec, { extension }: TreeOptions): KubeObject {
  return extension === undefined || delivery === 'Rendered'
    ? source
    : {
        ...source,
        metadata: {
          ...source.metadata,
          annotations: { ...source.metadata.annotations, [extensionAnnotation]: extension.hash },
        },
      };
}

function byName(a: KubeObject, b: KubeObject): number {
  return byCodeUnit(a.metadata.name, b.metadata.name);
}
