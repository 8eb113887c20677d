/** Where the API server keeps the objects of a kind. */

/** A kind and its place in the API. */
export interface ResourceKind {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in paths, `statefulsets`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Name of one object of a known kind. */
export interface ObjectName {
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** Path of all objects of a kind, or of those in one namespace. */
export function collectionPath(resource: ResourceKind, namespace?: string): string {
  const root = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}`;
}

/**
 * Path of one object.
 * @throws RangeError when a namespaced kind comes without a namespace, or a cluster-scoped one with it
 */
export function objectPath(resource: ResourceKind, { name, namespace }: ObjectName): string {
  if (resource.namespaced !== (namespace !== undefined)) {
    const scope = resource.namespaced ? 'namespaced: name its namespace' : 'cluster-scoped: it has no namespace';
    throw new RangeError(`${resource.kind} ${name} is ${scope}`);
  }
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** Resource with its API group, as RBAC messages and CustomResourceDefinitions name it: `pods`, `statefulsets.apps`. */
export function qualifiedPlural({ apiVersion, plural }: Pick<ResourceKind, 'apiVersion' | 'plural'>): string {
  return plural + groupSuffix(apiVersion);
}

/** `.apps` for `apps/v1`; empty for the core group. */
export function groupSuffix(apiVersion: string): string {
  return apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : '';
}
