/** Somebody who is bound by real RBAC, for programs that read a kubeconfig. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestControlPlane } from './control-plane.ts';

/** Whose, and where to put the file. */
export interface AccountKubeconfig {
  readonly namespace: string;
  /** A ServiceAccount, which must exist. */
  readonly account: string;
  readonly folder: string;
}

/** Longer than any test goes on, soaks too. */
const expirationSeconds = 24 * 3600;

/** A kubeconfig with a real token of the ServiceAccount and nothing else. */
export async function accountKubeconfig(
  { admin, kubeconfigPath }: Pick<TestControlPlane, 'admin' | 'kubeconfigPath'>,
  { namespace, account, folder }: AccountKubeconfig,
): Promise<string> {
  const { body } = await admin.ok({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } },
  });
  const { token } = (body as { status: { token: string } }).status;
  const config = JSON.parse(await readFile(kubeconfigPath, 'utf8')) as { users: { name: string }[] };
  const users = config.users.map(({ name }) => ({ name, user: { token } }));
  const file = path.join(folder, `${account}.kubeconfig`);
  await writeFile(file, JSON.stringify({ ...config, users }), { mode: 0o600 });
  return file;
}
