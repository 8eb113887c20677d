/**
 * Which tenants hold which host: by what they ask for, and by what they served last. Kept as tenants and profiles change, so that a
 * question costs no walk over the fleet.
 */

/** See above. */
export class ServedHosts {
  readonly #tenantsByHost = new Map<string, Set<string>>();
  readonly #hostsByTenant = new Map<string, ReadonlySet<string>>();

  /**
   * Takes in which hosts a tenant holds.
   * @returns the other tenants of hosts that it came to or left
   */
  place(tenant: string, hosts: ReadonlySet<string>): string[] {
    const before = this.#hostsByTenant.get(tenant) ?? new Set();
    const left = [...before].filter((host) => !hosts.has(host));
    const come = [...hosts].filter((host) => !before.has(host));
    for (const host of left) this.#leave(tenant, host);
    for (const host of come) this.#tenantsByHost.set(host, (this.#tenantsByHost.get(host) ?? new Set()).add(tenant));
    if (hosts.size === 0) this.#hostsByTenant.delete(tenant);
    else this.#hostsByTenant.set(tenant, hosts);
    const others = [...left, ...come].flatMap((host) => this.of(host)).filter((name) => name !== tenant);
    return [...new Set(others)];
  }

  /** Every tenant that holds a host. */
  of(host: string): string[] {
    return [...(this.#tenantsByHost.get(host) ?? [])];
  }

  #leave(tenant: string, host: string): void {
    const together = this.#tenantsByHost.get(host);
    together?.delete(tenant);
    if (together?.size === 0) this.#tenantsByHost.delete(host);
  }
}
