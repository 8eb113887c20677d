/** The children of all owners as they are in the cluster, from one store for each managed kind. */
import type { LiveObject } from '../kube/live-object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import type { Stored } from '../kube/object-store.ts';
import type { ReflectorSubject } from '../kube/reflector.ts';
import { ByOwner } from './by-owner.ts';
import { childKey } from './kind.ts';
import type { ManagedKind } from './kind.ts';
import { contentDigest, marksOf } from './projection.ts';
import type { LeftToOthers } from './projection.ts';
import { lastWriter } from './managed-fields.ts';
import { sharedText } from './shared-text.ts';

/** What is kept of a child. */
export interface LiveChild<Facts> extends Stored {
  readonly kind: ManagedKind;
  readonly key: string;
  /** Undefined: it has the label but is nobody's, for example because it lies in another namespace. */
  readonly owner: string | undefined;
  /** When its deletion began, RFC 3339; undefined while it stays. */
  readonly deletingSince: string | undefined;
  /** What keeps it from going, while it is being deleted. */
  readonly finalizers: readonly string[];
  /** Of what matters outside of metadata. */
  readonly digest: string;
  /** Of all its labels and annotations. */
  readonly marks: string;
  /** Manager name of whoever wrote it last, status aside. */
  readonly writer: string;
  /** What the owner's controller wants to know of it. */
  readonly facts: Facts;
}

/** Whether it is on its way out. */
export function isLeaving({ deletingSince }: Pick<LiveChild<unknown>, 'deletingSince'>): boolean {
  return deletingSince !== undefined;
}

/** One for all, of which there are many. */
const none: readonly string[] = [];

/** What tells children from everything else, and what is kept of them. */
export interface ChildrenOptions<Facts> {
  readonly kinds: readonly ManagedKind[];
  /** Label whose presence makes an object worth watching. */
  readonly ownerLabel: string;
  /** The owner of an object with that label; undefined when it is nobody's. */
  readonly ownerOf: (live: LiveObject) => string | undefined;
  readonly factsOf: (live: LiveObject) => Facts;
  readonly leftToOthers: LeftToOthers;
  /** Told of each change; a version that changed nothing of note is told too. */
  readonly onChange: (owner: string, before: LiveChild<Facts> | undefined, after: LiveChild<Facts> | undefined) => void;
}

/** See above. */
export class Children<Facts> {
  readonly #options: ChildrenOptions<Facts>;
  readonly #stores = new Map<ManagedKind, ObjectStore<LiveChild<Facts>>>();
  readonly #byOwner = new ByOwner<LiveChild<Facts>>({ ownerOf: ({ owner }) => owner, keyOf: ({ key }) => key });

  constructor(options: ChildrenOptions<Facts>) {
    this.#options = options;
    for (const kind of options.kinds) {
      if (kind.watched !== false) {
        this.#stores.set(kind, new ObjectStore((before, after) => this.#changed(before, after)));
      }
    }
  }

  /** What to list and watch. */
  subjects(): ReflectorSubject<LiveChild<Facts>>[] {
    return [...this.#stores].map(([kind, store]) => ({
      resource: kind,
      labelSelector: this.#options.ownerLabel,
      optional: kind.optional ?? false,
      pageSize: kind.pageSize,
      project: (live) => this.#project(kind, live),
      store,
    }));
  }

  /** An owner's children by key. */
  of(owner: string): ReadonlyMap<string, LiveChild<Facts>> {
    return this.#byOwner.of(owner);
  }

  /** Takes in the answer to a read or write of ours, and gives it projected. */
  answered(kind: ManagedKind, live: LiveObject): LiveChild<Facts> {
    const child = this.#project(kind, live);
    this.#stores.get(kind)?.answered(child);
    return child;
  }

  /** Takes in the answer to a deletion of ours. @param left the child while it is on its way out, undefined when it went at once */
  deleted(child: LiveChild<unknown>, left: LiveObject | undefined): void {
    if (left === undefined) this.#stores.get(child.kind)?.answeredGone(child);
    else this.answered(child.kind, left);
  }

  #project(kind: ManagedKind, live: LiveObject): LiveChild<Facts> {
    const { ownerOf, factsOf, leftToOthers } = this.#options;
    const { name, namespace, uid, resourceVersion, deletionTimestamp, finalizers = [] } = live.metadata;
    const owner = ownerOf(live);
    return {
      kind,
      key: childKey(kind, live.metadata),
      owner: owner === undefined ? undefined : sharedText(owner),
      name: sharedText(name),
      namespace: namespace === undefined ? undefined : sharedText(namespace),
      uid,
      resourceVersion,
      deletingSince: deletionTimestamp,
      finalizers: deletionTimestamp === undefined ? none : finalizers,
      digest: contentDigest(live, leftToOthers),
      marks: sharedText(marksOf(live.metadata).join('')),
      writer: sharedText(lastWriter(live)),
      facts: factsOf(live),
    };
  }

  #changed(before: LiveChild<Facts> | undefined, after: LiveChild<Facts> | undefined): void {
    this.#byOwner.changed(before, after);
    const stays = before?.owner === after?.owner;
    if (before?.owner !== undefined && !stays) this.#options.onChange(before.owner, before, undefined);
    if (after?.owner !== undefined) this.#options.onChange(after.owner, stays ? before : undefined, after);
  }
}
