/** A real control plane for the tests of a file. */
import { afterAll, beforeAll } from '@jest/globals';
import { startPlayground } from '../../../playground/control-plane.ts';
import { ApiClient } from './api-client.ts';
import type { TestIdentity } from './api-client.ts';
import { AuditLog } from './audit-log.ts';
import { keepUsage } from './keep-usage.ts';

/** A control plane of one's own, empty at the start. */
export interface TestControlPlane extends AsyncDisposable {
  /** For whatever reads a kubeconfig; administrator. */
  readonly kubeconfigPath: string;
  readonly server: string;
  /** Folder of logs and data. */
  readonly dir: string;
  /** Administrator, user agent `cellwright-test`. */
  readonly admin: ApiClient;
  readonly audit: AuditLog;
  /** A client with a user agent or token of its own; closed with the control plane. */
  readonly client: (identity: TestIdentity) => ApiClient;
  /** Bound by real RBAC: a client with a real token of a ServiceAccount, which must exist. */
  readonly serviceAccount: (namespace: string, name: string) => Promise<ApiClient>;
}

/** Long enough to build the programs from source on the first run of a machine. */
const firstRunMs = 20 * 60_000;

/** Starts a control plane, in three to five seconds. Hold it with `await using`. */
export async function startControlPlane(): Promise<TestControlPlane> {
  const playground = await startPlayground({ progress: tell, quotaSyncSeconds: 5 });
  const clients = new AsyncDisposableStack();
  clients.use(playground);
  // Before the playground goes, and its folder with it.
  clients.defer(() => keepUsage(playground.auditLogPath));
  const client = (identity: TestIdentity): ApiClient => clients.use(new ApiClient(playground.kubeconfigPath, identity));
  const admin = client({});
  return {
    kubeconfigPath: playground.kubeconfigPath,
    server: playground.server,
    dir: playground.dir,
    admin,
    audit: new AuditLog(playground.auditLogPath, client({ userAgent: 'cellwright-test-audit' })),
    client,
    serviceAccount: async (namespace, name) => {
      const { status } = await admin.object({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
      });
      return client({ token: (status as { token: string }).token });
    },
    [Symbol.asyncDispose]: () => clients.disposeAsync(),
  };
}

/** One control plane for all tests of the file that calls this at its top level; call what it returns inside the tests. */
export function controlPlaneOfFile(): () => TestControlPlane {
  let plane: TestControlPlane | undefined;
  beforeAll(async () => {
    plane = await startControlPlane();
  }, firstRunMs);
  afterAll(async () => {
    await plane?.[Symbol.asyncDispose]();
  }, 60_000);
  return () => {
    if (plane === undefined) {
      throw new Error('the control plane of this file did not start; its beforeAll says why');
    }
    return plane;
  };
}

function tell(line: string): void {
  process.stderr.write(`playground: ${line}\n`);
}
