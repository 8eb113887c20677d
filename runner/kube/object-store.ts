/**
 * What is known of the objects of one kind: fed by list and watch, and by the answers to our own writes, so that the
 * pass after a write does not judge by an older picture.
 *
 * Answers and events race. The rules that keep the picture right:
 * - the newest version of an object wins, whichever way it came;
 * - an answer that is older than what the stream already told is dropped: its object may be gone by now;
 * - a list replaces everything except what is newer than the list.
 */
import { isOlderVersion } from './live-object.ts';
import type { LiveMeta } from './live-object.ts';

/** The least that an entry must have. */
export interface Stored {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Told of each change: `before` is undefined for a new entry, `after` for a removed one. */
export type OnChange<Entry> = (before: Entry | undefined, after: Entry | undefined) => void;

/** Key of an entry: `namespace/name`, or the name alone. */
export function storeKey({
  name,
  namespace,
}: {
  readonly name: string;
  readonly namespace?: string | undefined;
}): string {
  // Joined and not added: V8 keeps the parts of a sum beside it for as long as the sum lives.
  return namespace === undefined ? name : [namespace, name].join('/');
}

/** The entries of one kind by key. */
export class ObjectStore<Entry extends Stored> {
  readonly #onChange: OnChange<Entry>;
  #entries = new Map<string, Entry>();
  #toldUpTo = '0';

  constructor(onChange: OnChange<Entry>) {
    this.#onChange = onChange;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** Whether this very version is known, for example from the answer to a write of our own. */
  holds({ name, namespace, uid, resourceVersion }: LiveMeta): boolean {
    const known = this.#entries.get(storeKey({ name, namespace }));
    return known?.resourceVersion === resourceVersion && known.uid === uid;
  }

  /** Up to which version of the kind the stream told everything; `0` before the first list. */
  get toldVersion(): string {
    return this.#toldUpTo;
  }

  get size(): number {
    return this.#entries.size;
  }

  values(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** A whole list as of `listVersion`. */
  replace(listed: readonly Entry[], listVersion: string): void {
    const before = this.#entries;
    this.#entries = new Map(listed.map((entry) => [storeKey(entry), entry]));
    this.#toldUpTo = listVersion;
    for (const [key, entry] of before) {
      if (isOlderVersion(listVersion, entry.resourceVersion)) this.#entries.set(key, entry);
      else if (!this.#entries.has(key)) this.#onChange(entry, undefined);
    }
    for (const [key, entry] of this.#entries) {
      const known = before.get(key);
      if (known?.resourceVersion !== entry.resourceVersion || known.uid !== entry.uid) this.#onChange(known, entry);
    }
  }

  /** The kind is gone, and with it everything of it. */
  clear(): void {
    const before = this.#entries;
    this.#entries = new Map();
    this.#toldUpTo = '0';
    for (const entry of before.values()) this.#onChange(entry, undefined);
  }

  /** An object as the stream told it (ADDED, MODIFIED). */
  told(entry: Entry): void {
    this.#toldUpTo = entry.resourceVersion;
    this.#put(entry);
  }

  /** A removal as the stream told it; `entry` is the last state. */
  toldGone(entry: Entry): void {
    this.#toldUpTo = entry.resourceVersion;
    const key = storeKey(entry);
    const known = this.#entries.get(key);
    // A successor, or the same object that carries the watched label again: its answer came first.
    if (known === undefined || isOlderVersion(entry.resourceVersion, known.resourceVersion)) return;
    this.#drop(key, known);
  }

  /** Everything up to this version was told (BOOKMARK). */
  toldUpTo(resourceVersion: string): void {
    this.#toldUpTo = resourceVersion;
  }

  /** An object as the answer to our own write or read. */
  answered(entry: Entry): void {
    if (isOlderVersion(this.#toldUpTo, entry.resourceVersion)) this.#put(entry);
  }

  /** A deletion of our own was answered: the object is no more, in the version that we knew. */
  answeredGone(gone: Stored): void {
    const key = storeKey(gone);
    const known = this.#entries.get(key);
    // Another version is news that came meanwhile; its end will be, too.
    if (known?.uid !== gone.uid || known.resourceVersion !== gone.resourceVersion) return;
    this.#drop(key, known);
  }

  /** What a read found under a key, undefined for nothing, as of `version` of the whole kind. */
  found(key: string, entry: Entry | undefined, version: string): void {
    if (isOlderVersion(version, this.#toldUpTo)) return;
    const known = this.#entries.get(key);
    if (entry !== undefined) {
      this.#put(entry);
    } else if (known !== undefined && !isOlderVersion(version, known.resourceVersion)) {
      this.#drop(key, known);
    }
  }

  #drop(key: string, known: Entry): void {
    this.#entries.delete(key);
    this.#onChange(known, undefined);
  }

  #put(entry: Entry): void {
    const key = storeKey(entry);
    const known = this.#entries.get(key);
    if (known !== undefined && isOlderVersion(entry.resourceVersion, known.resourceVersion)) return;
    if (known?.uid === entry.uid && known.resourceVersion === entry.resourceVersion) return;
    this.#entries.set(key, entry);
    this.#onChange(known, entry);
  }
}
