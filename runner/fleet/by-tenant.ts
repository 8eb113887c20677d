/** Entries of a store, by the tenant that they belong to. */

/** What an entry must have. */
export interface OfTenant {
  readonly name: string;
  /** Undefined: it is nobody's. */
  readonly tenant: string | undefined;
}

/** See above. */
export class ByTenant<Entry extends OfTenant> {
  readonly #entries = new Map<string, Map<string, Entry>>();

  of(tenant: string): Entry[] {
    return [...(this.#entries.get(tenant)?.values() ?? [])];
  }

  /** An entry of the store changed; it may be another tenant's now, or nobody's. */
  changed(before: Entry | undefined, after: Entry | undefined): void {
    if (before?.tenant !== undefined && before.tenant !== after?.tenant) this.#remove(before.tenant, before.name);
    if (after?.tenant === undefined) return;
    const ofTenant = this.#entries.get(after.tenant) ?? new Map<string, Entry>();
    this.#entries.set(after.tenant, ofTenant.set(after.name, after));
  }

  #remove(tenant: string, name: string): void {
    const ofTenant = this.#entries.get(tenant);
    ofTenant?.delete(name);
    if (ofTenant?.size === 0) this.#entries.delete(tenant);
  }
}
