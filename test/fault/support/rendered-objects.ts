/** What a tenant's spec renders to, and how the API server would hold it if it were made now: a fresh deploy to compare with. */
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../../constructs/api/types.gen.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { synthesizeTenant } from '../../../constructs/synth/synthesize-tenant.ts';
import type { Named, TenantInput } from '../../../constructs/synth/tenant-input.ts';
import type { ManagedKind } from '../../../runner/engine/kind.ts';
import { cellKinds } from '../../../runner/fleet/kinds.ts';
import { collectionPath, objectPath } from '../../../runner/kube/resource.ts';
import type { ApiClient, TestObject } from '../../api/support/api-client.ts';
import { assets, ours } from '../../api/support/running-fleet.ts';

/** The objects of a tenant as synthesis gives them, from what the API server has of tenant, profile and bundles. */
export async function renderedObjects(admin: ApiClient, name: string): Promise<readonly KubeObject[]> {
  const tenant = await admin.object({ path: ours('TenantGateway', name) });
  const { tokenSecretName } = tenant['status'] as { readonly tokenSecretName?: string };
  const input = await inputOf(admin, { name, spec: tenant['spec'] as TenantGatewaySpec });
  return synthesizeTenant({ ...input, ...(tokenSecretName === undefined ? {} : { tokenSecretName }) }).objects;
}

/** A spec with the profile and the bundles that it would meet. */
export async function inputOf(admin: ApiClient, tenant: Named<TenantGatewaySpec>): Promise<TenantInput> {
  const profileName = tenant.spec.profile ?? 'default';
  const profile = await admin.object({ path: ours('GatewayProfile', profileName) });
  const bundles = await admin.list(ours('PolicyBundle'));
  return {
    tenant,
    profile: { name: profileName, spec: profile['spec'] as GatewayProfileSpec },
    bundles: bundles.map(({ metadata, ...bundle }) => ({
      name: metadata.name,
      spec: bundle['spec'] as PolicyBundleSpec,
    })),
    assets,
  };
}

/** The kind of an object, as the API server serves it. */
export function kindOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): ManagedKind {
  const found = cellKinds.find((known) => known.apiVersion === apiVersion && known.kind === kind);
  if (found === undefined) throw new RangeError(`${kind} is no kind of a cell`);
  return found;
}

/** Path of an object. */
export function pathOf(object: KubeObject): string {
  return objectPath(kindOf(object), object.metadata);
}

/** `Service/gateway` */
export function nameOf({
  kind,
  metadata,
}: {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): string {
  return `${kind}/${metadata.name}`;
}

/** What of an object is decided by whoever writes it: without what the API server, a controller or the history chooses. */
export function chosenPart({ metadata: { labels, annotations }, ...content }: TestObject): Record<string, unknown> {
  const { ['kubernetes.io/metadata.name']: _name, ...own } = labels ?? {};
  const kept = Object.entries(content).filter(([field]) => !['apiVersion', 'kind', 'status'].includes(field));
  const chosen = { ...Object.fromEntries(kept), labels: own, annotations: annotations ?? {} };
  return JSON.parse(JSON.stringify(chosen, (key, value: unknown) => (byServer.has(key) ? undefined : value))) as Record<
    string,
    unknown
  >;
}

const byServer = new Set(['clusterIP', 'clusterIPs']);

/** An empty namespace in which a fresh deploy is tried; nothing is stored there. */
export const freshNamespace = 'fresh';

/** Makes the namespace of {@link freshParts}. */
export async function makeFreshNamespace({ admin }: { readonly admin: ApiClient }): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: freshNamespace } };
  await admin.ok({ method: 'POST', path: '/api/v1/namespaces', body });
}

/** The objects of a tenant as the API server would hold them if the present spec were deployed from nothing, by name. */
export async function freshParts(admin: ApiClient, name: string): Promise<Record<string, Record<string, unknown>>> {
  const objects = await renderedObjects(admin, name);
  const tried = objects.map(async (object) => [nameOf(object), chosenPart(await tryOut(admin, object))] as const);
  return Object.fromEntries(await Promise.all(tried));
}

async function tryOut(admin: ApiClient, object: KubeObject): Promise<TestObject> {
  const kind = kindOf(object);
  const place = kind.namespaced ? { namespace: freshNamespace } : { name: `${freshNamespace}-${object.metadata.name}` };
  const body = { ...object, metadata: { ...object.metadata, ...place } };
  const path = `${collectionPath(kind, kind.namespaced ? freshNamespace : undefined)}?dryRun=All&fieldValidation=Strict`;
  return admin.object({ method: 'POST', path, body });
}

/** The objects that carry a tenant's label, anywhere in the cluster, by name. */
export async function presentParts(admin: ApiClient, name: string): Promise<Record<string, Record<string, unknown>>> {
  const lists = cellKinds.map(async (kind) => {
    const { status, body } = await admin.send({
      path: `${collectionPath(kind)}?labelSelector=cellwright.dev/tenant%3D${name}`,
    });
    // A cluster need not know it.
    if (status === 404 && kind.optional === true) return [];
    if (status !== 200) throw new Error(`${kind.plural} were answered ${status}: ${JSON.stringify(body)}`);
    return (body as { items: TestObject[] }).items.map(
      (item) => [`${kind.kind}/${item.metadata.name}`, chosenPart(item)] as const,
    );
  });
  return Object.fromEntries((await Promise.all(lists)).flat());
}
