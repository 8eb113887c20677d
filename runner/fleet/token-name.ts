/**
 * When the token Secret gets another name, and with it another token: one that was asked for, or one that was lost.
 *
 * Status keeps which request was answered and when a Secret was last lost, in the same write as the new name. So each is done
 * once, whatever is stopped or repeated, and a Secret that is deleted again and again does not roll the pods without end.
 */
import type { TenantGatewayStatus } from '../../constructs/api/types.gen.ts';
import { digest } from '../engine/digest.ts';
import type { Tenant } from './inputs.ts';
import { rfc3339 } from './tenant-status.ts';
import { newTokenSecretName } from './token-secret.ts';

/** Annotation that asks for a new token; each new value is one request. */
export const rotateAnnotation = 'cellwright.dev/rotate-token';

/** Time between two replacements of lost Secrets, in milliseconds. */
export const lostAgainMs = 600_000;

/** Longest value that status takes as it is. */
const longestValue = 128;

/** What to do about the name. */
export type TokenName =
  | { readonly type: 'keep' }
  /** A Secret was lost soon after another one; look again after `ms`. */
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'name'; readonly cause: 'first' | 'rotation' | 'loss'; readonly status: TenantGatewayStatus };

/** What of the world the decision depends on. */
export interface TokenSituation {
  /** The gateway is not ready, because the present Secret is not there. */
  readonly isLost: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** @param tenant one whose token the runner makes */
export function tokenNameOf(tenant: Tenant, { isLost, now }: TokenSituation): TokenName {
  const { tokenSecretName, tokenRotation: before } = tenant.status ?? {};
  const asked = requestOf(tenant);
  const named = (cause: 'first' | 'rotation' | 'loss', lostAt = before?.lostAt): TokenName => {
    // A new token answers whatever was asked for before.
    const rotation = {
      ...(asked === undefined ? {} : { answered: asked }),
      ...(lostAt === undefined ? {} : { lostAt }),
    };
    const tokenRotation = Object.keys(rotation).length === 0 ? {} : { tokenRotation: rotation };
    return { type: 'name', cause, status: { tokenSecretName: newTokenSecretName(), ...tokenRotation } };
  };
  if (tokenSecretName === undefined) return named('first');
  if (asked !== undefined && asked !== before?.answered) return named('rotation');
  if (!isLost) return { type: 'keep' };
  const ms = before?.lostAt === undefined ? 0 : Date.parse(before.lostAt) + lostAgainMs - now;
  return ms > 0 ? { type: 'wait', ms } : named('loss', rfc3339(now));
}

/** The request for a new token that stands on a tenant, as status remembers it. */
export function requestOf({ metadata }: Tenant): string | undefined {
  const value = metadata.annotations?.[rotateAnnotation] ?? '';
  if (value === '') return undefined;
  return value.length <= longestValue ? value : digest(value);
}
