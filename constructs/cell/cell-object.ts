/** One Kubernetes object of a cell. */
import { ApiObject, JsonPatch } from 'cdk8s';
import type { GroupVersionKind } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubeObject, ObjectMeta } from '../synth/kube-object.ts';
import { CellMetadata } from './cell-metadata.ts';
import { plainMembers } from './plain.ts';

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
  override readonly metadata: CellMetadata;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #patches: JsonPatch[] = [];

  constructor(scope: Construct, id: string, { kind, ...props }: CellObjectProps<Props>) {
    const { metadata, ...fields } = props as unknown as { readonly metadata: ObjectMeta };
    super(scope, id, { ...kind.GVK, metadata: { name: metadata.name } });
    this.metadata = new CellMetadata(this, metadata);
    this.#fields = fields;
  }

  override addJsonPatch(...operations: JsonPatch[]): void {
    this.#patches.push(...operations);
  }

  override toJson(): KubeObject {
    const object = {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: this.metadata.toJson(),
      ...plainMembers(this.#fields),
    };
    // A patch is applied in place, and the object may hold parts that are shared.
    return this.#patches.length === 0
      ? object
      : (JsonPatch.apply(structuredClone(object), ...this.#patches) as KubeObject);
  }
}
