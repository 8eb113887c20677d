/** What lies where in the folder of a playground. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { KeyPair, PlaygroundCertificates } from './certificates.ts';

/** Paths inside one playground's folder. */
export interface Layout {
  readonly root: string;
  /** Data of etcd. */
  readonly etcdData: string;
  /** Keys and certificates. */
  readonly pki: string;
  readonly audit: string;
  readonly auditPolicy: string;
  readonly kubeconfig: string;
  /** What is known of the running playground. */
  readonly state: string;
  /** Output of a program. */
  readonly log: (program: string) => string;
  /** A file of {@link pki}. */
  readonly pkiFile: (name: string) => string;
  /** Everything that a playground writes, to be removed before a new start and at the end. */
  readonly everything: readonly string[];
}

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager'];

/** The paths below a folder. */
export function layoutOf(root: string): Layout {
  const at = (name: string): string => path.join(root, name);
  const log = (program: string): string => at(`${program}.log`);
  const layout = {
    etcdData: at('etcd'),
    pki: at('pki'),
    audit: at('audit.log'),
    auditPolicy: at('audit-policy.yaml'),
    kubeconfig: at('kubeconfig'),
    state: at('playground.json'),
  };
  const sockets = Object.values(etcdSockets).map(at);
  const everything = [...Object.values(layout), ...programs.map(log), ...sockets];
  return { root, ...layout, log, pkiFile: (name) => path.join(layout.pki, name), everything };
}

/**
 * etcd listens on sockets in the playground's folder, which is the owner's alone: it asks nobody for a password. Their names
 * are relative, because the system allows a socket's path about a hundred bytes; etcd insists on the form of a host and port.
 */
export const etcdSockets = { client: 'etcd.sock:0', peer: 'etcd-peer.sock:0' } as const;

// Metadata only: enough to count requests by user agent, and no Secret's content in a file.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
`;

/** Writes keys, kubeconfig and audit policy, for the owner only. */
export async function writeLayout(layout: Layout, certificates: PlaygroundCertificates, server: string): Promise<void> {
  await mkdir(layout.pki, { recursive: true, mode: 0o700 });
  const files: Record<string, string> = {
    [layout.pkiFile('ca.crt')]: certificates.ca,
    [layout.pkiFile('server.crt')]: certificates.server.certificate,
    [layout.pkiFile('server.key')]: certificates.server.key,
    [layout.pkiFile('sa.pub')]: certificates.serviceAccount.publicKey,
    [layout.pkiFile('sa.key')]: certificates.serviceAccount.privateKey,
    [layout.auditPolicy]: auditPolicy,
    [layout.kubeconfig]: kubeconfigOf(server, certificates.ca, certificates.admin),
  };
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(file, text, { mode: 0o600 })));
}

function kubeconfigOf(server: string, ca: string, admin: KeyPair): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const name = 'cellwright-playground';
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(ca) } }],
      users: [
        {
          name,
          user: { 'client-certificate-data': base64(admin.certificate), 'client-key-data': base64(admin.key) },
        },
      ],
      contexts: [{ name, context: { cluster: name, user: name } }],
    },
    null,
    2,
  )}\n`;
}
