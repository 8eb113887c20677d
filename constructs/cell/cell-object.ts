/** One Kubernetes object of a cell. */
import { ApiObject, JsonPatch } from 'cdk8s';
import type { GroupVersionKind } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { KubeObject, ObjectMeta } from '../synth/kube-object.ts';

/** A class that cdk8s generated for a kind, such as `k8s.KubeService`. */
interface GeneratedKind<Props> {
  readonly GVK: GroupVersionKind;
  manifest(props: Props): unknown;
}

/** Props of {@link CellObject}: those of the generated class, and which one that is. */
export type CellObjectProps<Props> = NoInfer<Props> & { readonly kind: GeneratedKind<Props> };

/**
 * Takes the props of a generated class and serializes them in one pass; that class needs three, which were a third of a
 * fleet's synthesis. Its keys are sorted whatever the environment says, and JSON patches meet the finished object, so that a
 * field newer than the class stays. Props are plain data (nothing lazy) under the names that fields have in Kubernetes: the
 * generated types spell a few otherwise (`clusterIp`).
 */
export class CellObject<Props> extends ApiObject {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #patches: JsonPatch[] = [];

  constructor(scope: Construct, id: string, { kind, ...props }: CellObjectProps<Props>) {
    const { metadata, ...fields } = props as unknown as { readonly metadata: ObjectMeta };
    super(scope, id, { ...kind.GVK, metadata });
    this.#fields = fields;
  }

  override addJsonPatch(...operations: JsonPatch[]): void {
    this.#patches.push(...operations);
  }

  override toJson(): KubeObject {
    const object = {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: this.metadata.toJson() as ObjectMeta,
      ...plainMembers(this.#fields),
    };
    return this.#patches.length === 0 ? object : (JsonPatch.apply(object, ...this.#patches) as KubeObject);
  }
}

/** A copy with sorted keys, without undefined members, the classes for "text or number" replaced by what they hold. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return value instanceof k8s.Quantity || value instanceof k8s.IntOrString ? value.value : plainMembers(value);
}

function plainMembers(value: object): Record<string, unknown> {
  const source = value as Readonly<Record<string, unknown>>;
  const target: Record<string, unknown> = {};
  // Without a comparison, sort() goes by code unit.
  for (const key of Object.keys(source).sort()) {
    const member = plain(source[key]);
    if (member !== undefined && member !== null) {
      target[key] = member;
    }
  }
  return target;
}
