/** What lies where in the folder of a playground. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { KeyPair, PlaygroundCertificates } from './certificates.ts';

/** Paths inside one playground's folder. */
export interface Layout {
  readonly root: string;
  readonly etcdData: string;
  readonly pki: string;
  readonly audit: string;
  readonly auditPolicy: string;
  readonly kubeconfig: string;
  readonly log: (name: string) => string;
  readonly file: (name: string) => string;
}

/** The paths below a folder. */
export function layoutOf(root: string): Layout {
  return {
    root,
    etcdData: path.join(root, 'etcd'),
    pki: path.join(root, 'pki'),
    audit: path.join(root, 'audit.log'),
    auditPolicy: path.join(root, 'audit-policy.yaml'),
    kubeconfig: path.join(root, 'kubeconfig'),
    log: (name) => path.join(root, `${name}.log`),
    file: (name) => path.join(root, 'pki', name),
  };
}

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
    [layout.file('ca.crt')]: certificates.ca,
    [layout.file('server.crt')]: certificates.server.certificate,
    [layout.file('server.key')]: certificates.server.key,
    [layout.file('sa.pub')]: certificates.serviceAccount.publicKey,
    [layout.file('sa.key')]: certificates.serviceAccount.privateKey,
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
