/** Users of a kubeconfig who name a file with their token. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { load } from 'js-yaml';

/**
 * `tokenFile` (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo), which @kubernetes/client-node
 * does not know: without this such a user is nobody. The file is read again as a pod's is, and goes before a `token`;
 * a path is relative to the kubeconfig, as those of certificates are.
 */
export function useTokenFiles(config: KubeConfig, kubeconfig: string): void {
  const tokenFiles = tokenFilesOf(load(readFileSync(kubeconfig, 'utf8')));
  config.users = config.users.map((user) => {
    const named = tokenFiles.get(user.name);
    if (named === undefined) return user;
    const { token: _instead, ...others } = user;
    const tokenFile = path.resolve(path.dirname(kubeconfig), named);
    return { ...others, authProvider: { name: 'tokenFile', config: { tokenFile } } };
  });
}

/** By name of the user. */
function tokenFilesOf(kubeconfig: unknown): Map<string, string> {
  const { users } = kubeconfig as { users?: readonly { name: string; user?: { tokenFile?: unknown } | null }[] };
  return new Map(
    (users ?? []).flatMap(({ name, user }) =>
      typeof user?.tokenFile === 'string' && user.tokenFile !== '' ? [[name, user.tokenFile] as const] : [],
    ),
  );
}
