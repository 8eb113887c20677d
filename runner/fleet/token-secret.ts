/**
 * The Secret with the gateway token, where the tenant names none of its own.
 *
 * Its name carries a nonce that is kept in the tenant's status before the Secret is made. So a runner that was stopped at any
 * point finds the name again without reading Secrets, and a name that is taken is our own earlier attempt.
 */
import { randomBytes } from 'node:crypto';
import { cellLabels, cellNamespace } from '../../constructs/cell/labels.ts';
import { tokenKey, tokenSecretNames } from '../../constructs/cell/token-secret.ts';
import { wantedObject } from '../engine/wanted.ts';
import type { WantedObject } from '../engine/wanted.ts';
import type { WantedBody } from '../kube/client.ts';
import type { Tenant } from './inputs.ts';
import { tokenSecrets } from './kinds.ts';

/** A new name: 50 bits, so that two of the same tenant do not meet. */
export function newTokenSecretName(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  return `gateway-token-${Array.from(randomBytes(10), (byte) => alphabet.charAt(byte % 32)).join('')}`;
}

/** Whether a Secret of this name was made by a runner. */
export function isTokenSecretName(name: string): boolean {
  return tokenSecretNames.test(name);
}

/** Component under which token Secrets are labelled. */
export const tokenComponent = 'token';

/** The Secret as a wanted object, without its content. */
export function tokenSecretOf(tenant: Tenant, name: string): WantedObject {
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name,
      namespace: cellNamespace(tenant.metadata.name),
      labels: cellLabels(tenant.metadata.name, tokenComponent),
    },
  };
  return wantedObject(tokenSecrets, body, 'create-once');
}

/** The body that is sent, with a fresh token of 256 bits; it is held nowhere else. */
export function withToken({ body }: WantedObject): WantedBody {
  return { ...body, stringData: { [tokenKey]: randomBytes(32).toString('base64url') } };
}

/** Whether the runner makes this tenant's token. */
export function needsToken({ spec }: Tenant): boolean {
  return spec.access?.tokenSecretRef === undefined;
}
