/**
 * Applied records: the proof that a child is as wanted, so that a pass with nothing to do sends nothing.
 *
 * A child needs no write when (1) we want what we wanted when it was last accepted, (2) it is the same object, by uid, and
 * (3) it still is as the API server accepted it, by the digest of what matters, and carries our labels and annotations.
 * Kept in memory, and as one opaque string with the owner, which whoever leads next starts from.
 */
import { isLeaving } from './children.ts';
import type { LiveChild } from './children.ts';
import { carries } from './projection.ts';
import { RecentMap } from './recent-map.ts';
import { recordsIn, recordsText } from './records-text.ts';
import type { AppliedRecord, RecordsByKey, RecordsOf } from './records-text.ts';
import type { WantedObject } from './wanted.ts';

/** Owners whose records are held apart; those of an owner at rest take a third of that as their text. */
const mostApart = 256;

interface Apart {
  readonly records: Map<string, AppliedRecord>;
  /** While it says the same. */
  text: string | undefined;
}

/** Records by owner and child key. */
export class AppliedRecords {
  readonly #of: RecordsOf;
  /** Of the owners that were asked for last. */
  readonly #apart = new RecentMap<string, Apart>(mostApart, (owner, held) =>
    this.#texts.set(owner, textOf(this.#of, held)),
  );
  /** Of all others. */
  readonly #texts = new Map<string, string>();

  constructor(of: RecordsOf = 'applied') {
    this.#of = of;
  }

  get(owner: string, key: string): AppliedRecord | undefined {
    return this.#held(owner)?.records.get(key);
  }

  set(owner: string, key: string, record: AppliedRecord): void {
    const held = this.#held(owner) ?? { records: new Map<string, AppliedRecord>(), text: undefined };
    held.records.set(key, record);
    held.text = undefined;
    this.#apart.set(owner, held);
  }

  /** An owner's records by child key. */
  of(owner: string): (readonly [string, AppliedRecord])[] {
    return [...(this.#held(owner)?.records ?? [])];
  }

  /** Forgets one child. */
  forget(owner: string, key: string): void {
    const held = this.#held(owner);
    if (held?.records.delete(key) === true) held.text = undefined;
  }

  /** Forgets an owner's children. */
  forgetAll(owner: string): void {
    this.#apart.delete(owner);
    this.#texts.delete(owner);
  }

  /** Forgets everything: what is with the owners counts from now on. */
  clear(): void {
    this.#apart.clear();
    this.#texts.clear();
  }

  /** Forgets the children that are not wanted any more. */
  keepOnly(owner: string, keys: ReadonlySet<string>): void {
    for (const [key] of this.of(owner)) if (!keys.has(key)) this.forget(owner, key);
  }

  /**
   * An owner's records as one string, the same for the same records; undefined when there are none.
   * @param instead records that stand for those of their keys
   */
  textOf(owner: string, instead: RecordsByKey = new Map()): string | undefined {
    const held = this.#held(owner);
    if (held === undefined || held.records.size === 0) return undefined;
    if (instead.size === 0) return (held.text = textOf(this.#of, held));
    const of = [...held.records].map(([key, record]) => [key, instead.get(key) ?? record] as const);
    return recordsText(this.#of, new Map(of));
  }

  /** Takes an owner's records from their text, unless there are newer ones here. A text that cannot be read counts as none. */
  restore(owner: string, text: string | undefined): void {
    if (text === undefined) return;
    const held = this.#held(owner);
    if (held === undefined) {
      const records = recordsIn(this.#of, text);
      if (records.size > 0) this.#apart.set(owner, { records, text });
    } else if (held.text === text) {
      // The owner's own string, so that it is not in memory twice.
      held.text = text;
    }
  }

  #held(owner: string): Apart | undefined {
    const text = this.#texts.get(owner);
    const held =
      this.#apart.get(owner) ?? (text === undefined ? undefined : { records: recordsIn(this.#of, text), text });
    this.#texts.delete(owner);
    if (held !== undefined) this.#apart.set(owner, held);
    return held;
  }
}

function textOf(of: RecordsOf, { records, text }: Apart): string {
  return text ?? recordsText(of, records);
}

/**
 * Whether the record proves that nothing needs to be written.
 * @param target with the uid of the object in which the owner's others lie
 */
export function isAsWanted(
  record: AppliedRecord | undefined,
  { wanted, container }: { readonly wanted: WantedObject; readonly container: string | undefined },
  live: LiveChild<unknown> | undefined,
): boolean {
  if (record?.wanted !== wanted.digest) return false;
  if (wanted.strategy === 'create-once') return record.uid === container;
  return live !== undefined && !isLeaving(live) && isAsAccepted(record, live) && carries(live.marks, wanted.marks);
}

/** Whether nobody changed the object since it was accepted, our own labels and annotations aside. */
export function isAsAccepted(record: AppliedRecord | undefined, live: LiveChild<unknown>): boolean {
  return record?.uid === live.uid && record.accepted === live.digest;
}
