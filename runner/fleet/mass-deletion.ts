/**
 * Many deletions at once are seldom meant: a wrong folder in Git, a label selector that matches all, a CRD that is removed.
 * So more than a few within ten minutes are held until someone says the word, and nothing of the held ones is removed.
 *
 * Counted are deletions of tenants that wait for our finalizer, without those that carry the word. The times are the API server's
 * own (deletionTimestamp), compared with each other, so that no clock of ours matters. What must outlive the process lies in the
 * tenants: a held one says so in its status and stays held until the word comes, however much later; and as long as there is
 * one, no other of the same ten minutes goes. Only what went already is kept in memory, by every runner that watches, so a
 * standby knows it as well. A process that starts afresh does not know it: a restart within the ten minutes, at a moment when
 * none is held, lets at most as many go once more.
 */
import { hasFinalizer } from './claim.ts';
import type { Tenant } from './inputs.ts';
import { rfc3339 } from './tenant-status.ts';
import { massDeletionReason } from './verdicts.ts';

/** Annotation that lets a deletion go, whatever others do: `true`. */
export const confirmDeletionAnnotation = 'cellwright.dev/confirm-deletion';

/** So many always go without a word. */
const fewTenants = 3;
/** So large a part of the tenants goes without a word. */
const smallPart = 0.05;

/** A deletion that waits for us, or that went lately. */
interface Deletion {
  readonly askedAt: number;
  readonly createdAt: string;
  readonly isConfirmed: boolean;
  readonly isGone: boolean;
  readonly verdict: 'open' | 'goes' | 'held';
  /** Why it is held. */
  readonly message: string;
}

/** What the guard counts by. */
export interface MassDeletionOptions {
  /** All that exist, those that are being deleted included. */
  readonly tenants: () => readonly Tenant[];
  /** Deletions count together when they are less than this apart, in milliseconds. @default 600000 */
  readonly windowMs?: number | undefined;
}

/** See above. */
export class MassDeletionGuard {
  readonly #tenants: () => readonly Tenant[];
  readonly #windowMs: number;
  /** By uid. */
  readonly #deletions = new Map<string, Deletion>();

  constructor({ tenants, windowMs = 600_000 }: MassDeletionOptions) {
    this.#tenants = tenants;
    this.#windowMs = windowMs;
  }

  /** Told of each change of a tenant; it may be another one of the same name. */
  changed(before: Tenant | undefined, after: Tenant | undefined): void {
    if (before !== undefined && before.metadata.uid !== after?.metadata.uid) this.#gone(before.metadata.uid);
    if (after?.metadata.deletionTimestamp !== undefined) this.#seen(after, after.metadata.deletionTimestamp);
  }

  /** Why nothing of a tenant that is being deleted may be removed yet; undefined when it may go. */
  holdOf({ metadata: { uid, name } }: Tenant): string | undefined {
    const deletion = this.#deletions.get(uid);
    if (deletion === undefined || deletion.isConfirmed) return undefined;
    const decided = deletion.verdict === 'open' ? this.#decide(name, deletion) : deletion;
    this.#deletions.set(uid, decided);
    return decided.verdict === 'held' ? decided.message : undefined;
  }

  #seen(tenant: Tenant, deletionTimestamp: string): void {
    const { uid, creationTimestamp = '' } = tenant.metadata;
    const known = this.#deletions.get(uid);
    if (known === undefined && !hasFinalizer(tenant)) return;
    this.#deletions.set(uid, {
      askedAt: Date.parse(deletionTimestamp),
      createdAt: creationTimestamp,
      isConfirmed: isDeletionConfirmed(tenant),
      isGone: false,
      ...(toldByStatus(tenant) ?? { verdict: known?.verdict ?? 'open', message: known?.message ?? '' }),
    });
  }

  /** Of one that was held nothing was removed: someone took our finalizer off. */
  #gone(uid: string): void {
    const deletion = this.#deletions.get(uid);
    if (deletion === undefined) return;
    this.#forgetBefore(deletion.askedAt - 2 * this.#windowMs);
    if (deletion.verdict === 'held' && !deletion.isConfirmed) this.#deletions.delete(uid);
    else this.#deletions.set(uid, { ...deletion, verdict: 'goes', isGone: true });
  }

  #forgetBefore(time: number): void {
    for (const [uid, { isGone, askedAt }] of this.#deletions) {
      if (isGone && askedAt < time) this.#deletions.delete(uid);
    }
  }

  #decide(name: string, deletion: Deletion): Deletion {
    const near = [...this.#deletions.values()].filter(
      ({ askedAt }) => Math.abs(askedAt - deletion.askedAt) < this.#windowMs,
    );
    const unconfirmed = near.filter(({ isConfirmed }) => !isConfirmed);
    const tenants = this.#tenantsBefore(deletion.askedAt - this.#windowMs, near);
    const limit = Math.max(fewTenants, Math.floor(tenants * smallPart));
    const going = unconfirmed.filter(({ verdict }) => verdict === 'goes').length;
    if (going < limit && unconfirmed.every(({ verdict }) => verdict !== 'held'))
      return { ...deletion, verdict: 'goes' };
    const message =
      `the deletion is held, and nothing of the tenant is removed: ${unconfirmed.length} tenants were deleted within ` +
      `${this.#windowMs / 60_000} minutes, and at most ${limit} (the larger of ${fewTenants} and ${100 * smallPart} % of ${tenants}) go without a word. ` +
      `To let it go: kubectl annotate tg ${name} ${confirmDeletionAnnotation}=true (--all in place of the name for every one). ` +
      'To keep the cell: docs/guides/deletion.md';
    return { ...deletion, verdict: 'held', message };
  }

  /** How many tenants there were at a time, those that went since then included. */
  #tenantsBefore(time: number, near: readonly Deletion[]): number {
    // Times of the API server have one form, so that their order is that of their text.
    const start = rfc3339(time);
    const stay = this.#tenants().filter(({ metadata }) => (metadata.creationTimestamp ?? '') <= start).length;
    return stay + near.filter(({ isGone, createdAt }) => isGone && createdAt <= start).length;
  }
}

/** Whether somebody said the word. */
export function isDeletionConfirmed({ metadata }: Pick<Tenant, 'metadata'>): boolean {
  return metadata.annotations?.[confirmDeletionAnnotation] === 'true';
}

/** Told by the pass that began to remove it. */
export function hasBegunToGo({ status }: Pick<Tenant, 'status'>): boolean {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.reason === 'Deleting';
}

/** What an earlier pass, maybe of another runner, decided. */
function toldByStatus(tenant: Tenant): Pick<Deletion, 'verdict' | 'message'> | undefined {
  const stalled = tenant.status?.conditions?.find(({ type }) => type === 'Stalled');
  if (stalled?.reason === massDeletionReason) return { verdict: 'held', message: stalled.message };
  return hasBegunToGo(tenant) ? { verdict: 'goes', message: '' } : undefined;
}
