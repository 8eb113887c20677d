/**
 * The gateway token is not too old. Secrets are not read, not even their metadata, which takes the right to list them: a token is made with
 * its tenant, and a later one is known by what status keeps of its rotation.
 */
import { needsToken } from '../../fleet/token-secret.ts';
import type { Tenant } from '../../fleet/inputs.ts';
import type { Check } from '../finding.ts';
import { tenantRef } from './live-cell.ts';
import type { LiveCell } from './live-cell.ts';

/** Age from which another token is advised, in days. */
const oldDays = 90;
const dayMs = 86_400_000;

/** See above. Of a token that the tenant's people made, nothing is known. */
export const tokenAge: Check<LiveCell> = {
  reports: ['token.old'],
  run: (cell) => {
    const made = tokenMadeAt(cell.tenant);
    const days = made === undefined ? 0 : Math.floor((cell.platform.now - made) / dayMs);
    return days <= oldDays ? [] : [{ id: 'token.old', object: tenantRef(cell), why: `its token is ${days} days old` }];
  },
};

/**
 * When the token was made, in milliseconds since the epoch; undefined when that cannot be known. `cellwright token rotate` puts
 * its time in front of the request; other requests may be any text.
 */
export function tokenMadeAt(tenant: Tenant): number | undefined {
  if (!needsToken(tenant) || tenant.status?.tokenSecretName === undefined) return undefined;
  const { answered, lostAt } = tenant.status.tokenRotation ?? {};
  const requested = answered === undefined ? undefined : timeOf(answered.replace(/-[0-9a-f]{8}$/, ''));
  if (answered !== undefined && requested === undefined) return undefined;
  const replaced = [requested, timeOf(lostAt)].flatMap((time) => time ?? []);
  return replaced.length > 0 ? Math.max(...replaced) : timeOf(tenant.metadata.creationTimestamp);
}

function timeOf(text: string | undefined): number | undefined {
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
