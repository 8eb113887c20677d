/** Token Secrets that a rotation leaves behind. Only their names are read, never what is in them. */
import { cellNamespace, tenantLabel } from '../../constructs/cell/labels.ts';
import { tokenSecrets } from '../../runner/fleet/kinds.ts';
import { isTokenSecretName, tokenComponent } from '../../runner/fleet/token-secret.ts';
import { ApiError, isConflict, isNotFound } from '../../runner/kube/api-error.ts';
import type { KubeClient } from '../../runner/kube/client.ts';
import { TokenRotationError } from './rotation.ts';

/** A Secret by what a delete must name. */
export interface OldSecret {
  readonly name: string;
  readonly uid: string;
}

/**
 * The tenant's token Secrets that the runner made: the one in use, and those that an earlier rotation could not remove.
 * @returns undefined when this person may not list Secrets
 */
export async function tokenSecretsOf(
  client: KubeClient,
  tenant: string,
  signal: AbortSignal,
): Promise<OldSecret[] | undefined> {
  const labelSelector = `${tenantLabel}=${tenant},app.kubernetes.io/component=${tokenComponent}`;
  try {
    const options = { namespace: cellNamespace(tenant), labelSelector, metadataOnly: true };
    const { items } = await client.list(tokenSecrets, options, signal);
    return items
      .filter(({ metadata }) => isTokenSecretName(metadata.name))
      .map(({ metadata: { name, uid } }) => ({ name, uid }));
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/**
 * Deletes Secrets that no pod uses any more, each by its uid.
 * @throws TokenRotationError that names the kubectl command when this person may not
 */
export async function deleteSecrets(
  client: KubeClient,
  { tenant, old }: { readonly tenant: string; readonly old: readonly OldSecret[] },
  signal: AbortSignal,
): Promise<void> {
  const namespace = cellNamespace(tenant);
  for (const { name, uid } of old) {
    try {
      const target = { resource: tokenSecrets, name: { name, namespace }, propagation: 'Background' } as const;
      await client.delete(target, { uid }, signal);
    } catch (error) {
      if (isForbidden(error)) {
        throw keptError(
          tenant,
          old.map((secret) => secret.name),
          error,
        );
      }
      // Gone already, or another object has its name by now.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}

/** The rotation is through, and old Secrets stay. */
export function keptError(tenant: string, names: readonly string[], cause?: unknown): TokenRotationError {
  const secrets = names.join(' ');
  return new TokenRotationError(
    'token.old-secret-kept',
    `The token of ${tenant} is rotated, and you may not remove the old Secret. It opens nothing any more; someone who may: ` +
      `kubectl -n ${cellNamespace(tenant)} delete secret ${secrets}`,
    cause,
  );
}

function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}
