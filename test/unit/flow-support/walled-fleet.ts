/** The fleet of this repository and tenants that use every field, synthesized into the cluster that flows are judged in. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { synth } from '../../../cli/commands/synth.ts';
import { apiGroup, apiVersion } from '../../../constructs/api/kinds/kind.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { fullProfile, fullTenants } from '../../fault/support/full-tenants.ts';
import { closedApiServer, forgedNamespaces, openShiftDns, otherNamespaces } from './places.ts';
import type { Cluster } from './flows.ts';
import type { NetworkPolicy } from './network-policy.ts';

/** Every tenant of it. */
export const walledTenants = [
  'acme-archive',
  'acme-support',
  'by-ingress',
  'by-route',
  'initech-vault',
  'on-openshift',
  'sealed',
  'starter',
] as const;

/** One of them. */
export type WalledTenant = (typeof walledTenants)[number];

/** Objects as `cellwright synth` writes them, every tenant with all of its own. */
export interface WalledFleet {
  readonly objects: readonly KubeObject[];
  readonly cluster: Cluster;
}

/** Profiles beside those of the fleet, by name. */
const profiles: Readonly<Record<string, object>> = {
  full: {
    ...fullProfile,
    pod: { hostUsers: false },
    access: { ...fullProfile.access, from: [{ namespace: 'ingress-system' }] },
    network: { ...fullProfile.network, denyCIDRs: [closedApiServer], egressCeiling: ['203.0.113.0/24'] },
    defaults: {
      egress: [{ cidr: '10.30.0.0/16', ports: [{ port: 5432 }] }],
      scheduling: { runtimeClassName: 'kata' },
    },
  },
  sealed: {
    network: { publicHttps: false, dns: { pods: { namespace: 'dns', podLabels: { app: 'resolver' } }, cidrs: [] } },
  },
  openshift: {
    network: { dns: { pods: { namespace: 'openshift-dns', podLabels: openShiftDns }, port: 5353 } },
  },
};

/** Tenants beside those of the fleet, by name. */
const tenants: Readonly<Record<string, object>> = {
  ...Object.fromEntries(Object.entries(fullTenants).map(([name, spec]) => [name, { ...spec, profile: 'full' }])),
  'on-openshift': { profile: 'openshift' },
  sealed: { profile: 'sealed' },
};

/** Synthesizes them. */
export async function walledFleet(): Promise<WalledFleet> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-walls-'));
  try {
    const at = (name: string): string => path.join(folder, name);
    cpSync('fleet', at('fleet'), { recursive: true });
    write(at('fleet/profiles'), 'GatewayProfile', profiles);
    write(at('fleet/tenants'), 'TenantGateway', tenants);
    const code = await synth({ fleet: at('fleet'), out: at('dist'), delivery: 'rendered', quiet: true });
    if (code !== 0) {
      throw new Error('the fleet has problems, see above');
    }
    const objects = objectsBelow(at('dist'));
    return { objects, cluster: clusterOf(objects) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(folder: string, kind: string, specs: Readonly<Record<string, object>>): void {
  for (const [name, spec] of Object.entries(specs)) {
    const object = { apiVersion: `${apiGroup}/${apiVersion}`, kind, metadata: { name }, spec };
    writeFileSync(path.join(folder, `walls-${name}.yaml`), `${JSON.stringify(object, null, 2)}\n`);
  }
}

function objectsBelow(folder: string): KubeObject[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((file) => loadAll(readFileSync(path.join(file.parentPath, file.name), 'utf8')) as KubeObject[]);
}

/** The namespaces of the objects with their labels, and those that others stand in. */
function clusterOf(objects: readonly KubeObject[]): Cluster {
  const ours = objects
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => [metadata.name, metadata.labels]);
  const labels = Object.fromEntries(ours) as Record<string, Record<string, string>>;
  const others = Object.fromEntries(otherNamespaces.map((name) => [name, {}]));
  const named = Object.entries({ ...others, ...forgedNamespaces, ...labels }).map(([name, more]) => [
    name,
    { ...more, 'kubernetes.io/metadata.name': name },
  ]);
  return {
    namespaces: Object.fromEntries(named) as Cluster['namespaces'],
    policies: objects.filter(({ kind }) => kind === 'NetworkPolicy') as unknown as NetworkPolicy[],
  };
}
