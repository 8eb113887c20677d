/** How the three programs of a control plane are started. */
import type { Binaries } from './binaries/resolve.ts';
import { etcdSockets } from './layout.ts';
import type { Layout } from './layout.ts';

/** One program as the supervisor starts it. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** File that gets its output. */
  readonly log: string;
  /** @default - the folder of the supervision */
  readonly cwd?: string;
  /** @default - PATH and HOME of ours */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/** etcd without fsync: a playground's data need not outlive a power cut. */
export function etcdProgram(binaries: Binaries, layout: Layout): Program {
  const client = `unix://${etcdSockets.client}`;
  const peer = `unix://${etcdSockets.peer}`;
  return {
    name: 'etcd',
    command: binaries.etcd,
    log: layout.log('etcd'),
    args: [
      '--name=playground',
      `--data-dir=${layout.etcdData}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=playground=${peer}`,
      '--unsafe-no-fsync',
      // The most that etcd's documentation advises; a fleet of 10,000 is beyond its default of 2 GiB.
      `--quota-backend-bytes=${8 * 1024 ** 3}`,
      '--log-level=warn',
    ],
  };
}

/** The API server, on 127.0.0.1: RBAC on, every request in the audit log before its answer is sent. */
export function apiserverProgram(binaries: Binaries, layout: Layout, port: number): Program {
  return {
    name: 'kube-apiserver',
    command: binaries['kube-apiserver'],
    log: layout.log('kube-apiserver'),
    args: [
      `--etcd-servers=unix://${etcdSockets.client}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${layout.pki}`,
      `--tls-cert-file=${layout.pkiFile('server.crt')}`,
      `--tls-private-key-file=${layout.pkiFile('server.key')}`,
      `--client-ca-file=${layout.pkiFile('ca.crt')}`,
      `--service-account-key-file=${layout.pkiFile('sa.pub')}`,
      `--service-account-signing-key-file=${layout.pkiFile('sa.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      '--api-audiences=https://kubernetes.default.svc',
      '--authorization-mode=Node,RBAC',
      '--service-cluster-ip-range=10.0.0.0/16',
      '--allow-privileged=true',
      // Endpoints of the service `kubernetes` would need an address that is not loopback.
      '--endpoint-reconciler-type=none',
      `--audit-policy-file=${layout.auditPolicy}`,
      `--audit-log-path=${layout.audit}`,
      '--audit-log-mode=blocking',
      // Megabytes (about a million requests) before it begins a new file, and counts would break; one old file is kept.
      '--audit-log-maxsize=1000',
      '--audit-log-maxbackup=1',
      '--v=1',
    ],
  };
}

/** The controller manager: StatefulSets, namespaces, garbage collection, quota, ServiceAccounts. */
export function controllerManagerProgram(binaries: Binaries, layout: Layout, quotaSyncSeconds = 300): Program {
  return {
    name: 'kube-controller-manager',
    command: binaries['kube-controller-manager'],
    log: layout.log('kube-controller-manager'),
    args: [
      `--kubeconfig=${layout.kubeconfig}`,
      `--authentication-kubeconfig=${layout.kubeconfig}`,
      `--authorization-kubeconfig=${layout.kubeconfig}`,
      `--service-account-private-key-file=${layout.pkiFile('sa.key')}`,
      `--root-ca-file=${layout.pkiFile('ca.crt')}`,
      '--use-service-account-credentials=true',
      '--leader-elect=false',
      '--secure-port=0',
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
      `--resource-quota-sync-period=${quotaSyncSeconds}s`,
      '--v=1',
    ],
  };
}
