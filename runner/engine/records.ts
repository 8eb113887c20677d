/**
 * Applied records: the proof that a child is as wanted, so that a pass with nothing to do sends nothing.
 *
 * A child needs no write when (1) we want what we wanted when it was last accepted, (2) it is the same object, by uid, and
 * (3) it still is as the API server accepted it, by resourceVersion or by the digest of what matters. Kept in memory; a
 * restarted process applies everything once.
 */
import type { LiveChild } from './children.ts';
import type { MetadataKeys, WantedObject } from './wanted.ts';

/** Of one child. */
export interface AppliedRecord {
  /** Of the live object; empty for objects that are never read, and before the first answer. */
  readonly uid: string;
  /** Digest of the body that was accepted; empty while a write is under way or after one that failed. */
  readonly wanted: string;
  /** Version that the API server gave it then. */
  readonly resourceVersion: string;
  /** Digest of what matters in the object as accepted. */
  readonly accepted: string;
  readonly metadataKeys: MetadataKeys;
}

/** Records by owner and child key. */
export class AppliedRecords {
  readonly #byOwner = new Map<string, Map<string, AppliedRecord>>();

  get(owner: string, key: string): AppliedRecord | undefined {
    return this.#byOwner.get(owner)?.get(key);
  }

  set(owner: string, key: string, record: AppliedRecord): void {
    const records = this.#byOwner.get(owner) ?? new Map<string, AppliedRecord>();
    records.set(key, record);
    this.#byOwner.set(owner, records);
  }

  /**
   * A write is about to be sent: proves nothing until it is accepted, and says already now what matters, for events that
   * arrive before the answer.
   */
  begin(owner: string, { key, metadataKeys }: WantedObject): void {
    const uid = this.get(owner, key)?.uid ?? '';
    this.set(owner, key, { uid, wanted: '', resourceVersion: '', accepted: '', metadataKeys });
  }

  /** Forgets an owner's children. */
  forgetAll(owner: string): void {
    this.#byOwner.delete(owner);
  }

  /** Forgets the children that are not wanted any more. */
  keepOnly(owner: string, keys: ReadonlySet<string>): void {
    const records = this.#byOwner.get(owner);
    for (const key of records?.keys() ?? []) {
      if (!keys.has(key)) records?.delete(key);
    }
  }
}

/** Whether the record proves that nothing needs to be written. */
export function isAsWanted(
  record: AppliedRecord | undefined,
  wanted: WantedObject,
  live: LiveChild<unknown> | undefined,
): boolean {
  if (record?.wanted !== wanted.digest) return false;
  if (wanted.strategy === 'create-once') return true;
  if (live === undefined || live.deleting || live.uid !== record.uid) return false;
  return live.resourceVersion === record.resourceVersion || live.digest === record.accepted;
}
