/** Immutable ConfigMaps whose name carries the hash of their content. */
import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from '../cell-object.ts';
import { byCodeUnit } from '../../synth/order.ts';
import { cellLabels, cellNamespace } from '../labels.ts';

/** What a hashed ConfigMap holds. */
export interface HashedConfigMapProps {
  readonly tenant: string;
  /** Name before the hash, and the component label. */
  readonly base: string;
  /** Files by key. */
  readonly data: Readonly<Record<string, string>>;
}

/**
 * An immutable ConfigMap named `<base>-<hash>`: a change of content is a new object, the pod template names it, so one
 * change is one rollout, and a rollback finds the old content still there.
 */
export class HashedConfigMap extends Construct {
  /** Name with the hash. */
  readonly name: string;
  /** Keys, sorted. */
  readonly keys: readonly string[];

  constructor(scope: Construct, id: string, { tenant, base, data }: HashedConfigMapProps) {
    super(scope, id);
    this.keys = sortedKeys(data);
    this.name = `${base}-${contentHash(data, this.keys)}`;
    new CellObject(this, 'config-map', {
      kind: k8s.KubeConfigMap,
      metadata: { name: this.name, namespace: cellNamespace(tenant), labels: cellLabels(tenant, base) },
      immutable: true,
      data,
    });
  }
}

const keysOf = new WeakMap<Readonly<Record<string, string>>, readonly string[]>();

/** Files that many tenants share have one list of keys. */
function sortedKeys(data: Readonly<Record<string, string>>): readonly string[] {
  let keys = keysOf.get(data);
  if (keys === undefined) {
    keys = Object.keys(data).sort(byCodeUnit);
    keysOf.set(data, keys);
  }
  return keys;
}

const hashes = new WeakMap<Readonly<Record<string, string>>, string>();

/** Files that many tenants share are hashed once. */
function contentHash(data: Readonly<Record<string, string>>, keys: readonly string[]): string {
  let hash = hashes.get(data);
  if (hash === undefined) {
    hash = hashOf(data, keys);
    hashes.set(data, hash);
  }
  return hash;
}

/** First 10 hex digits of a SHA-256 over keys and values, each with its length in front so that no two contents join alike. */
function hashOf(data: Readonly<Record<string, string>>, keys: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of keys.flatMap((key) => [key, data[key] ?? ''])) {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return hash.digest('hex').slice(0, 10);
}
