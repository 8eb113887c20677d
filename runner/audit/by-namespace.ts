/**
 * Objects of many kinds, namespace by namespace, with one page of each kind in memory however many there are.
 *
 * The API server lists every kind in the order of its keys, `namespace/name`, so that several lists can be read side by side
 * like sorted files. That order is checked: out of it, an object would be taken for missing.
 */
import type { LiveObject } from '../kube/live-object.ts';

/** What lies in one namespace. */
export interface NamespaceContents {
  readonly namespace: string;
  /** Objects of a kind, by name; empty when there are none. */
  readonly of: (kind: string) => readonly LiveObject[];
}

/** One list; its objects are namespaced. */
export interface KindStream {
  readonly kind: string;
  readonly objects: AsyncIterable<LiveObject>;
}

/** The API server listed in another order than that of its keys. */
export class ListOrderError extends Error {
  readonly code = 'doctor.order';

  constructor(kind: string, namespace: string) {
    super(
      `the API server listed ${kind} of namespace ${namespace} out of order: nothing can be said of what is missing`,
    );
    this.name = 'ListOrderError';
  }
}

/** Every namespace in which there is an object, in the order of keys. @throws ListOrderError */
export async function* byNamespace(streams: readonly KindStream[]): AsyncGenerator<NamespaceContents> {
  const readers = streams.map((stream) => new StreamReader(stream));
  await Promise.all(readers.map((reader) => reader.advance()));
  for (;;) {
    const next = readers.flatMap(({ namespace }) => namespace ?? []).sort(byKey)[0];
    if (next === undefined) return;
    const contents = new Map<string, LiveObject[]>();
    for (const reader of readers) contents.set(reader.kind, await reader.take(next));
    yield { namespace: next, of: (kind) => contents.get(kind) ?? [] };
  }
}

/** `tenant-a/` comes after `tenant-a-b/`: the slash belongs to the key. */
function byKey(left: string, right: string): number {
  return `${left}/` < `${right}/` ? -1 : 1;
}

class StreamReader {
  readonly kind: string;
  readonly #objects: AsyncIterator<LiveObject>;
  #head: LiveObject | undefined;

  constructor({ kind, objects }: KindStream) {
    this.kind = kind;
    this.#objects = objects[Symbol.asyncIterator]();
  }

  /** Of the next object; undefined at the end. */
  get namespace(): string | undefined {
    return this.#head === undefined ? undefined : (this.#head.metadata.namespace ?? '');
  }

  async advance(): Promise<void> {
    const before = this.namespace;
    const next = await this.#objects.next();
    this.#head = next.done === true ? undefined : next.value;
    const { namespace } = this;
    if (before === undefined || namespace === undefined || namespace === before) return;
    if (byKey(namespace, before) < 0) throw new ListOrderError(this.kind, namespace);
  }

  /** Objects of the namespace, where it is the next one. */
  async take(namespace: string): Promise<LiveObject[]> {
    const taken: LiveObject[] = [];
    while (this.#head !== undefined && this.namespace === namespace) {
      taken.push(this.#head);
      await this.advance();
    }
    return taken;
  }
}
