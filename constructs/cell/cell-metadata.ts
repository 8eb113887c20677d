/** Metadata of a cell's object. */
import { ApiObjectMetadataDefinition } from 'cdk8s';
import type { ApiObject, OwnerReference } from 'cdk8s';
import type { ObjectMeta } from '../synth/kube-object.ts';
import { sortKeys } from '../synth/order.ts';

/**
 * Metadata that is written in one pass as long as nobody has added to it: the class of cdk8s looks for lazy values three
 * times over in every member, which took a tenth of a fleet's synthesis.
 */
export class CellMetadata extends ApiObjectMetadataDefinition {
  /** What it was made with, as long as that is all. */
  #given: ObjectMeta | undefined;

  constructor(apiObject: ApiObject, metadata: ObjectMeta) {
    const { labels, namespace } = apiObject.chart;
    const given = {
      ...metadata,
      ...namespaceOf(metadata.namespace ?? namespace),
      labels: { ...labels, ...metadata.labels },
    };
    super({ ...given, apiObject });
    // A chart may have lazy labels.
    this.#given = isEmpty(labels) ? given : undefined;
  }

  override addLabel(key: string, value: string): void {
    this.#given = undefined;
    super.addLabel(key, value);
  }

  override addAnnotation(key: string, value: string): void {
    this.#given = undefined;
    super.addAnnotation(key, value);
  }

  override addFinalizers(...finalizers: string[]): void {
    this.#given = undefined;
    super.addFinalizers(...finalizers);
  }

  override addOwnerReference(owner: OwnerReference): void {
    this.#given = undefined;
    super.addOwnerReference(owner);
  }

  override add(key: string, value: unknown): void {
    this.#given = undefined;
    super.add(key, value);
  }

  override toJson(): ObjectMeta {
    return this.#given === undefined ? (super.toJson() as ObjectMeta) : inOrder(this.#given);
  }
}

/** Keys sorted, empty maps left out. */
function inOrder({ annotations = {}, labels = {}, name, namespace }: ObjectMeta): ObjectMeta {
  return {
    ...(isEmpty(annotations) ? {} : { annotations: sortKeys(annotations) }),
    ...(isEmpty(labels) ? {} : { labels: sortKeys(labels) }),
    name,
    ...namespaceOf(namespace),
  };
}

function namespaceOf(namespace: string | undefined): Pick<ObjectMeta, 'namespace'> {
  return namespace === undefined ? {} : { namespace };
}

function isEmpty(members: Readonly<Record<string, string>>): boolean {
  return Object.keys(members).length === 0;
}
