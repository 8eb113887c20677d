/** Kubernetes objects as plain data: what synthesis returns, dist holds and the runner applies. */

/** Metadata that we set; names are always given, never generated. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One object of any kind. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** What tells one object of a fleet from another, for messages and maps: `apps/v1/StatefulSet/tenant-acme/gateway`. */
export function objectKey(object: KubeObject): string {
  const { apiVersion, kind, metadata } = object;
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join('/');
}
