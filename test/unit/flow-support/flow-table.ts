/** What passes and what does not: the table of docs/security-isolation.md, row by row. */
import { cell, forged, machines, pods } from './places.ts';
import { enters, leaves, passes } from './flows.ts';
import type { Cluster, End, Flow, PodEnd } from './flows.ts';
import { walledTenants } from './walled-fleet.ts';
import type { WalledTenant } from './walled-fleet.ts';

/** One line of the table: flows of some tenants that all pass, or of which none does. */
export interface FlowRow {
  readonly id: string;
  /** @default - every tenant */
  readonly of?: readonly WalledTenant[];
  readonly passes: boolean;
  /** Which end must decide so by itself. @default - both together */
  readonly side?: 'sender' | 'receiver';
  readonly flows: (own: PodEnd, tenant: WalledTenant) => Flow[];
}

const judges = { sender: leaves, receiver: enters, both: passes } as const;

/** Whether a flow of a row is not as the row says. */
export function isWrong(cluster: Cluster, row: FlowRow, flow: Flow): boolean {
  return judges[row.side ?? 'both'](cluster, flow) !== row.passes;
}

const gateway = 18789;
const diagnostics = 8282;
const decisions = 8181;
const cellPorts = [gateway, diagnostics, decisions, 443];

type Ports = readonly number[];
const out = (own: End, to: readonly End[], ports: Ports): Flow[] =>
  to.flatMap((end) => ports.map((port) => ({ from: own, to: end, port })));
const into = (own: End, from: readonly End[], ports: Ports): Flow[] =>
  from.flatMap((end) => ports.map((port) => ({ from: end, to: own, port })));
const udp = (flows: readonly Flow[]): Flow[] => flows.map((flow) => ({ ...flow, protocol: 'UDP' as const }));
const dns = (own: End, to: readonly End[], port = 53): Flow[] => [
  ...out(own, to, [port]),
  ...udp(out(own, to, [port])),
];

const others = (tenant: WalledTenant): PodEnd[] => walledTenants.filter((name) => name !== tenant).map(cell);
const full: readonly WalledTenant[] = ['by-ingress', 'by-route'];
const fleet: readonly WalledTenant[] = ['acme-archive', 'acme-support', 'initech-vault', 'starter'];
/** Those that find names by kube-dns. */
const open: readonly WalledTenant[] = [...fleet, ...full];
const common: Ports = [22, 53, 80, 443, 5432, 6443, 8080, 8443, 10250];

const closed = (id: string, ...addresses: string[]): FlowRow => ({
  id,
  passes: false,
  flows: (own) => [...out(own, machines(...addresses), common), ...udp(out(own, machines(...addresses), [53, 443]))],
});

const betweenTenants: readonly FlowRow[] = [
  { id: 'cross-out', passes: false, side: 'sender', flows: (own, tenant) => out(own, others(tenant), cellPorts) },
  { id: 'cross-in', passes: false, side: 'receiver', flows: (own, tenant) => into(own, others(tenant), cellPorts) },
  {
    id: 'cross-public',
    passes: false,
    flows: (own, tenant) =>
      out(
        own,
        others(tenant).map((pod) => ({ ...pod, address: '2a00:1450::7' })),
        cellPorts,
      ),
  },
  {
    id: 'foreign-pod',
    passes: false,
    flows: (own) => {
      const foreign = { ...own, labels: { app: 'foreign' }, address: '10.244.1.8' };
      const around = [own, pods.kubeDns, ...machines('93.184.216.34', '169.254.169.254')];
      return [...out(foreign, around, [53, 80, 443, gateway]), ...into(foreign, Object.values(pods), cellPorts)];
    },
  },
];

const cluster: readonly FlowRow[] = [
  {
    id: 'kubelet',
    passes: true,
    flows: (own) => into(own, [{ address: '10.0.0.5', ownNode: true }], [gateway, diagnostics]),
  },
  closed('node', '10.0.0.5', '192.168.1.10', 'fd10::5'),
  {
    id: 'node-public',
    passes: false,
    flows: (own) =>
      out(
        own,
        machines('198.51.100.20'),
        common.filter((port) => port !== 443),
      ),
  },
  { id: 'node-in', passes: false, flows: (own) => into(own, machines('10.0.0.6', '198.51.100.20'), cellPorts) },
  closed('api-private', '10.96.0.1', '10.0.0.2', '172.20.0.1', 'fd00:10:96::1'),
  { id: 'api-public', of: fleet, passes: true, flows: (own) => out(own, machines('34.118.20.5'), [443]) },
  { id: 'api-public-named', of: full, passes: false, flows: (own) => out(own, machines('34.118.20.5'), common) },
  closed('metadata', '169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '192.0.0.192'),
  closed('metadata-v6', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'),
  closed('host-agent', '168.63.129.16'),
];

const ranges: readonly FlowRow[] = [
  closed('private-v4', '10.1.2.3', '172.16.0.1', '172.31.255.254', '192.168.0.1'),
  closed('private-v6', 'fc00::1', 'fdff:ffff::1', 'fe80::1', 'fec0::1'),
  closed('shared', '100.64.0.1', '100.127.255.254'),
  closed('nat64', '64:ff9b::a9fe:a9fe', '64:ff9b::a00:1', '64:ff9b:1::a00:1'),
  closed('mapped', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::10.0.0.1'),
  closed('6to4', '2002:a00:1::1', '2002:a9fe:a9fe::1', '192.88.99.1'),
  closed('teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'),
  closed('special', '0.0.0.1', '127.0.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::1', 'ff02::1', '5f00::1'),
];

const names: readonly FlowRow[] = [
  { id: 'dns', of: open, passes: true, flows: (own) => dns(own, [pods.kubeDns]) },
  { id: 'dns-node', of: open, passes: true, flows: (own) => dns(own, machines('169.254.20.10')) },
  { id: 'dns-profile', of: ['sealed'], passes: true, flows: (own) => dns(own, [pods.resolver]) },
  {
    id: 'dns-profile-only',
    of: ['sealed'],
    passes: false,
    flows: (own) => dns(own, [pods.kubeDns, ...machines('169.254.20.10')]),
  },
  {
    id: 'dns-pod-port',
    of: ['on-openshift'],
    passes: true,
    flows: (own) => [...dns(own, [pods.openShiftDns], 5353), ...dns(own, machines('169.254.20.10'))],
  },
  {
    id: 'dns-pod-port-only',
    passes: false,
    flows: (own, tenant) => [
      ...dns(own, tenant === 'on-openshift' ? [pods.kubeDns] : [pods.openShiftDns, pods.kubeDns, pods.resolver], 5353),
      ...dns(own, [pods.otherOfOpenShiftDns, ...forged], 5353),
      ...dns(own, [pods.openShiftDns]),
      ...dns(own, machines('169.254.20.10', '8.8.8.8'), 5353),
    ],
  },
  {
    id: 'dns-other',
    passes: false,
    flows: (own) => [
      ...dns(own, [pods.otherOfKubeSystem, pods.otherOfDns, pods.stranger, ...forged]),
      ...dns(own, machines('8.8.8.8', '2001:4860:4860::8888')),
      ...out(own, machines('8.8.8.8'), [853]),
    ],
  },
  {
    id: 'dns-port',
    passes: false,
    flows: (own) => out(own, [pods.kubeDns, ...machines('169.254.20.10')], [80, 443, 8080, 9153]),
  },
];

const callers: readonly FlowRow[] = [
  { id: 'scrape', of: full, passes: true, flows: (own) => into(own, [pods.scraper], [gateway, diagnostics]) },
  {
    id: 'scrape-unasked',
    of: [...fleet, 'sealed'],
    passes: false,
    flows: (own) => into(own, [pods.scraper], cellPorts),
  },
  {
    id: 'scrape-other',
    passes: false,
    flows: (own) => [
      ...into(own, [...forged, pods.stranger, pods.otherOfKubeSystem], cellPorts),
      ...into(own, [pods.scraper], [decisions, 443]),
    ],
  },
  { id: 'ingress', of: open, passes: true, flows: (own) => into(own, [pods.ingressController], [gateway]) },
  {
    id: 'ingress-port',
    passes: false,
    flows: (own) => into(own, [pods.ingressController, pods.proxy], [diagnostics, decisions, 443]),
  },
  { id: 'caller', of: full, passes: true, flows: (own) => into(own, [pods.proxy], [gateway]) },
  { id: 'caller-other', passes: false, flows: (own) => into(own, [pods.otherOfWeb, pods.runner], cellPorts) },
  { id: 'internet-in', passes: false, flows: (own) => into(own, machines('93.184.216.34', '2606:2800::1'), cellPorts) },
];

const destinations: readonly FlowRow[] = [
  {
    id: 'public',
    of: [...open, 'on-openshift'],
    passes: true,
    flows: (own) => out(own, machines('93.184.216.34', '2606:2800::1'), [443]),
  },
  {
    id: 'public-port',
    passes: false,
    flows: (own) => [
      ...out(own, machines('93.184.216.34', '2606:2800::1'), [22, 25, 80, 8443]),
      ...udp(out(own, machines('93.184.216.34'), [443])),
    ],
  },
  {
    id: 'public-off',
    of: ['sealed'],
    passes: false,
    flows: (own) => out(own, machines('93.184.216.34', '2606:2800::1'), [443]),
  },
  {
    id: 'egress',
    of: ['acme-support', ...full],
    passes: true,
    flows: (own) => out(own, machines('203.0.113.10'), [8443]),
  },
  {
    id: 'egress-else',
    of: ['acme-support', ...full],
    passes: false,
    flows: (own) => [
      ...out(own, machines('203.0.113.11'), [8443]),
      ...out(own, machines('203.0.113.10'), [80, 8444]),
      ...udp(out(own, machines('203.0.113.10'), [8443])),
    ],
  },
  {
    id: 'egress-unasked',
    of: ['starter', 'acme-archive'],
    passes: false,
    flows: (own) => out(own, machines('203.0.113.10'), [8443]),
  },
  { id: 'egress-pods', of: full, passes: true, flows: (own) => out(own, [pods.search], [8080]) },
  {
    id: 'egress-pods-else',
    passes: false,
    flows: (own) => [
      ...out(own, [pods.otherOfTools, pods.stranger, pods.proxy, pods.scraper, ...forged], common),
      ...out(own, [pods.search], [443, 5432]),
    ],
  },
  { id: 'egress-profile', of: full, passes: true, flows: (own) => out(own, machines('10.30.1.2'), [5432]) },
  {
    id: 'egress-profile-else',
    passes: false,
    flows: (own, tenant) => [
      ...out(own, machines('10.31.0.1'), [5432]),
      ...out(own, machines('10.30.1.2'), full.includes(tenant) ? [443, 22] : common),
    ],
  },
  { id: 'egress-policy', of: full, passes: false, flows: (own) => out(own, machines('192.0.2.1'), common) },
];

const { runner } = pods;
const ofRunner = (row: Omit<FlowRow, 'of' | 'flows'>, flows: Flow[]): FlowRow => ({
  ...row,
  of: ['starter'],
  flows: () => flows,
});

const runners: readonly FlowRow[] = [
  ofRunner({ id: 'runner-scrape', passes: true }, into(runner, [pods.scraper], [8080])),
  ofRunner({ id: 'runner-in', passes: false, side: 'receiver' }, [
    ...into(
      runner,
      [...walledTenants.map(cell), ...forged, pods.stranger, ...machines('10.0.0.6', '93.184.216.34')],
      [8080],
    ),
    ...into(runner, [pods.scraper], [22, 443, 8081]),
  ]),
  ofRunner(
    { id: 'runner-api', passes: true },
    out(runner, machines('10.0.0.2', '34.118.20.5', 'fd10::2'), [443, 6443, 8443]),
  ),
  ofRunner(
    { id: 'runner-api-entity', passes: true },
    out(
      runner,
      ['10.0.0.2', '34.118.20.5', 'fd10::2'].map((address) => ({ address, entity: true })),
      [443, 6443, 8443],
    ),
  ),
  ofRunner({ id: 'runner-dns', passes: true }, dns(runner, [pods.kubeDns, ...machines('169.254.20.10')])),
  ofRunner({ id: 'runner-out', passes: false }, [
    ...out(runner, walledTenants.map(cell), cellPorts),
    ...out(runner, machines('169.254.169.254', '93.184.216.34'), [22, 53, 80, 8080]),
    ...dns(runner, [...machines('8.8.8.8'), ...forged]),
  ]),
];

/** Every row. */
export const flowTable: readonly FlowRow[] = [
  ...betweenTenants,
  ...cluster,
  ...ranges,
  ...names,
  ...callers,
  ...destinations,
  ...runners,
];
