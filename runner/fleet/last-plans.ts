/**
 * The plans that were carried out last: what a tenant is held at while its spec is refused. In memory alone, since records keep
 * hashes: after a restart what differs from the records can be told, and not set back.
 */
import { RecentMap } from '../engine/recent-map.ts';
import type { Tenant } from './inputs.ts';
import type { Plan } from './planner.ts';

/** Plans that are kept, those that were used last: as many as the planner remembers, and mostly the same ones. */
const mostKept = 2000;

/** Kept over terms, too: whether another leader did something else meanwhile is for the records to say. */
export class LastPlans {
  readonly #kept = new RecentMap<string, { readonly uid: string; readonly plan: Plan }>(mostKept);

  /** The plan is carried out from now on. */
  keep({ metadata: { name, uid } }: Tenant, plan: Plan): void {
    this.#kept.set(name, { uid, plan });
  }

  /** Of this very tenant, not of an earlier one of its name. */
  of(tenant: Tenant): Plan | undefined {
    const kept = this.#kept.get(tenant.metadata.name);
    if (kept?.uid !== tenant.metadata.uid) return undefined;
    this.keep(tenant, kept.plan);
    return kept.plan;
  }

  forget(name: string): void {
    this.#kept.delete(name);
  }
}
