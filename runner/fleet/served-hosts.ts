/** Which tenants ask for which host; kept as tenants and profiles change, so that a question costs no walk over the fleet. */

/** See above. */
export class ServedHosts {
  readonly #tenantsByHost = new Map<string, Set<string>>();
  readonly #hostByTenant = new Map<string, string>();

  /**
   * Takes in which host a tenant asks for; undefined for none.
   * @returns the other tenants that ask for its host of before or of now
   */
  place(tenant: string, host: string | undefined): string[] {
    const before = this.#hostByTenant.get(tenant);
    if (before === host) return [];
    if (before !== undefined) this.#leave(tenant, before);
    if (host !== undefined) {
      this.#hostByTenant.set(tenant, host);
      const together = this.#tenantsByHost.get(host) ?? new Set();
      this.#tenantsByHost.set(host, together.add(tenant));
    }
    return [before, host]
      .flatMap((each) => (each === undefined ? [] : this.of(each)))
      .filter((name) => name !== tenant);
  }

  /** Every tenant that asks for a host. */
  of(host: string): string[] {
    return [...(this.#tenantsByHost.get(host) ?? [])];
  }

  #leave(tenant: string, host: string): void {
    this.#hostByTenant.delete(tenant);
    const together = this.#tenantsByHost.get(host);
    together?.delete(tenant);
    if (together?.size === 0) this.#tenantsByHost.delete(host);
  }
}
