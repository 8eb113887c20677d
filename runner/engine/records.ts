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
import type { WantedObject } from './wanted.ts';

/** Of one child. */
export interface AppliedRecord {
  /** Of the live object; for objects that are never read, of the one that they lie in. */
  readonly uid: string;
  /** Digest of the body that was accepted. */
  readonly wanted: string;
  /** Digest of what matters in the object as accepted. */
  readonly accepted: string;
  /** What the owner's controller wants to know of the accepted body later (see WriteDeps). @default - nothing */
  readonly note?: string;
}

/**
 * Version of the text's form, and of how what was observed is judged; another one counts as none, and every child is applied (or
 * looked at) once.
 */
const textForms: Readonly<Record<RecordsOf, number>> = { applied: 1, observed: 2 };

function formOf(of: RecordsOf): string {
  return `${of}/${textForms[of]}`;
}

/** What records prove: that we wrote the object so, or that somebody else did and we saw it. One is no proof for the other. */
export type RecordsOf = 'applied' | 'observed';

/** Records by owner and child key. */
export class AppliedRecords {
  readonly #form: string;
  readonly #byOwner = new Map<string, Map<string, AppliedRecord>>();

  constructor(of: RecordsOf = 'applied') {
    this.#form = formOf(of);
  }

  get(owner: string, key: string): AppliedRecord | undefined {
    return this.#byOwner.get(owner)?.get(key);
  }

  set(owner: string, key: string, record: AppliedRecord): void {
    const records = this.#byOwner.get(owner) ?? new Map<string, AppliedRecord>();
    records.set(key, record);
    this.#byOwner.set(owner, records);
  }

  /** An owner's records by child key. */
  of(owner: string): (readonly [string, AppliedRecord])[] {
    return [...(this.#byOwner.get(owner) ?? [])];
  }

  /** Forgets one child. */
  forget(owner: string, key: string): void {
    this.#byOwner.get(owner)?.delete(key);
  }

  /** Forgets an owner's children. */
  forgetAll(owner: string): void {
    this.#byOwner.delete(owner);
  }

  /** Forgets everything: what is with the owners counts from now on. */
  clear(): void {
    this.#byOwner.clear();
  }

  /** Forgets the children that are not wanted any more. */
  keepOnly(owner: string, keys: ReadonlySet<string>): void {
    const records = this.#byOwner.get(owner);
    for (const key of records?.keys() ?? []) {
      if (!keys.has(key)) records?.delete(key);
    }
  }

  /**
   * An owner's records as one string, the same for the same records; undefined when there are none.
   * @param instead records that stand for those of their keys
   */
  textOf(owner: string, instead: ReadonlyMap<string, AppliedRecord> = new Map()): string | undefined {
    const records = this.#byOwner.get(owner);
    if (records === undefined || records.size === 0) return undefined;
    const sorted = [...records].sort(([left], [right]) => (left < right ? -1 : 1));
    const of = Object.fromEntries(sorted.map(([key, record]) => [key, partsOf(instead.get(key) ?? record)]));
    return JSON.stringify({ form: this.#form, of });
  }

  /** Takes an owner's records from their text, unless there are newer ones here. A text that cannot be read counts as none. */
  restore(owner: string, text: string | undefined): void {
    if (text === undefined || this.#byOwner.has(owner)) return;
    for (const [key, record] of parse(text, this.#form)) this.set(owner, key, record);
  }
}

function partsOf({ uid, wanted, accepted, note }: AppliedRecord): string[] {
  return [uid, wanted, accepted, ...(note === undefined ? [] : [note])];
}

/** What a text says of one child: proof that whoever kept the text wrote the object; undefined when it says nothing. */
export function appliedRecordIn(text: string | undefined, key: string): AppliedRecord | undefined {
  return parse(text ?? '', formOf('applied')).find(([known]) => known === key)?.[1];
}

function parse(text: string, form: string): (readonly [string, AppliedRecord])[] {
  let parsed: { readonly form?: unknown; readonly of?: Readonly<Record<string, unknown>> | null } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    // Cut short or written by someone else: it proves nothing, and costs one apply of each child.
    return [];
  }
  if (parsed?.form !== form || typeof parsed.of !== 'object' || parsed.of === null) return [];
  return Object.entries(parsed.of).flatMap(([key, value]) => {
    if (!Array.isArray(value) || !value.every((part): part is string => typeof part === 'string')) return [];
    const [uid = '', wanted = '', accepted = '', note] = value;
    return [[key, { uid, wanted, accepted, ...(note === undefined ? {} : { note }) }] as const];
  });
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
