/** Who and what stands around cells: pods of the platform, pretenders, machines. */
import { podSelector } from '../../../constructs/cell/labels.ts';
import { runnerSelector } from '../../../constructs/platform/labels.ts';
import type { End, PodEnd } from './flows.ts';

/** The gateway pod of a tenant. */
export function cell(tenant: string): PodEnd {
  return { namespace: `tenant-${tenant}`, labels: { ...podSelector }, address: '10.244.1.7' };
}

const pod = (namespace: string, labels: Readonly<Record<string, string>> = {}): PodEnd => ({
  namespace,
  labels,
  address: '10.244.9.9',
});

const kubeDns = { 'k8s-app': 'kube-dns' };

/** Labels of the pods that answer DNS on OpenShift, on 5353. */
export const openShiftDns = { 'dns.operator.openshift.io/daemonset-dns': 'default' };

/** Pods by what they are. */
export const pods = {
  runner: pod('cellwright-system', runnerSelector),
  kubeDns: pod('kube-system', kubeDns),
  otherOfKubeSystem: pod('kube-system', { 'k8s-app': 'metrics-server' }),
  resolver: pod('dns', { app: 'resolver' }),
  otherOfDns: pod('dns', { app: 'database' }),
  openShiftDns: pod('openshift-dns', openShiftDns),
  otherOfOpenShiftDns: pod('openshift-dns', { app: 'operator' }),
  scraper: pod('monitoring'),
  ingressController: pod('ingress-system'),
  proxy: pod('web', { app: 'proxy' }),
  otherOfWeb: pod('web', { app: 'shop' }),
  search: pod('tools', { app: 'search' }),
  otherOfTools: pod('tools', { app: 'database' }),
  stranger: pod('shop'),
} as const;

/** Namespaces whose owner gave them every label that could open something; the API server keeps `kubernetes.io/metadata.name`. */
export const forgedNamespaces: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  forged: {
    name: 'monitoring',
    'app.kubernetes.io/name': 'openclaw',
    'cellwright.dev/tenant': 'starter',
    'cellwright.dev/organization': 'acme',
  },
};

/** Pods of a forged namespace with the labels of whom they would like to be. */
export const forged: readonly PodEnd[] = [
  kubeDns,
  openShiftDns,
  podSelector,
  runnerSelector,
  { app: 'resolver' },
  { app: 'proxy' },
  { app: 'search' },
].map((labels) => pod('forged', labels));

/** Namespaces that are neither ours nor forged. */
export const otherNamespaces: readonly string[] = [...new Set(Object.values(pods).map(({ namespace }) => namespace))];

/** Machines by their address. */
export const machines = (...addresses: readonly string[]): End[] => addresses.map((address) => ({ address }));

/** Public addresses of an API server that a profile closes. */
export const closedApiServer = '34.118.20.0/24';
