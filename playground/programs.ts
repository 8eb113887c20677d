/** How the three programs of a control plane are started, all of them on loopback. */
import type { Binaries } from './binaries/resolve.ts';
import type { Layout } from './layout.ts';

/** Ports of one playground. */
export interface Ports {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiserver: number;
}

/** One program as the supervisor starts it. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly log: string;
}

/** etcd without fsync: a playground's data need not outlive a power cut. */
export function etcdProgram(binaries: Binaries, layout: Layout, ports: Ports): Program {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return {
    name: 'etcd',
    command: binaries.etcd,
    log: layout.log('etcd'),
    args: [
      `--data-dir=${layout.etcdData}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
      '--auto-compaction-retention=5m',
    ],
  };
}

/** The API server: RBAC on, audit at metadata level. */
export function apiserverProgram(binaries: Binaries, layout: Layout, ports: Ports): Program {
  return {
    name: 'kube-apiserver',
    command: binaries['kube-apiserver'],
    log: layout.log('kube-apiserver'),
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${ports.apiserver}`,
      `--cert-dir=${layout.pki}`,
      `--tls-cert-file=${layout.file('server.crt')}`,
      `--tls-private-key-file=${layout.file('server.key')}`,
      `--client-ca-file=${layout.file('ca.crt')}`,
      `--service-account-key-file=${layout.file('sa.pub')}`,
      `--service-account-signing-key-file=${layout.file('sa.key')}`,
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
      '--v=1',
    ],
  };
}

/** The controller manager: StatefulSets, namespaces, garbage collection. */
export function controllerManagerProgram(binaries: Binaries, layout: Layout): Program {
  return {
    name: 'kube-controller-manager',
    command: binaries['kube-controller-manager'],
    log: layout.log('kube-controller-manager'),
    args: [
      `--kubeconfig=${layout.kubeconfig}`,
      `--authentication-kubeconfig=${layout.kubeconfig}`,
      `--authorization-kubeconfig=${layout.kubeconfig}`,
      `--service-account-private-key-file=${layout.file('sa.key')}`,
      `--root-ca-file=${layout.file('ca.crt')}`,
      '--use-service-account-credentials=true',
      '--leader-elect=false',
      '--secure-port=0',
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
      '--v=1',
    ],
  };
}
