/**
 * Which tenants stand under which profile or bundle, kept up with each change of a tenant, so that nobody looks through the fleet for
 * it. A bundle's scope is one place: all tenants, an organization, a team, or a team of an organization.
 */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import type { Bundle, Profile, Tenant } from './inputs.ts';

const nobody: ReadonlySet<string> = new Set();

/** See above. */
export class Users {
  readonly #names = new Map<string, Set<string>>();

  /** Takes in a tenant that came, changed or went. */
  changed(before: Tenant | undefined, after: Tenant | undefined): void {
    for (const place of placesOf(before)) {
      const names = this.#names.get(place);
      names?.delete(before?.metadata.name ?? '');
      if (names?.size === 0) this.#names.delete(place);
    }
    for (const place of placesOf(after)) {
      const names = this.#names.get(place) ?? new Set();
      this.#names.set(place, names.add(after?.metadata.name ?? ''));
    }
  }

  /** Names of the tenants that name a profile, whether there is one or not. */
  ofProfile(name: string): ReadonlySet<string> {
    return this.#names.get(profilePlace(name)) ?? nobody;
  }

  /** Names of the tenants that stand under it. */
  of(object: Profile | Bundle): ReadonlySet<string> {
    return this.#names.get(placeOf(object)) ?? nobody;
  }
}

function placesOf(tenant: Tenant | undefined): string[] {
  if (tenant === undefined) return [];
  const { organization = 'default', team } = tenant.spec;
  const teams = team === undefined ? [undefined] : [undefined, team];
  return [
    profilePlace(profileNameOf(tenant.spec)),
    ...teams.flatMap((name) => [scopePlace(undefined, name), scopePlace(organization, name)]),
  ];
}

function placeOf(object: Profile | Bundle): string {
  if (object.kind === 'GatewayProfile') return profilePlace(object.metadata.name);
  const { scope } = (object as Bundle).spec;
  return scopePlace(scope?.organization, scope?.team);
}

function profilePlace(name: string): string {
  return JSON.stringify(['profile', name]);
}

function scopePlace(organization: string | undefined, team: string | undefined): string {
  return JSON.stringify(['scope', organization ?? null, team ?? null]);
}
