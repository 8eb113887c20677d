/** What our roles for people give, and what not: docs/guides/access.md as requests. */
import type { TestRequest } from '../api-client.ts';
import { ours } from '../running-fleet.ts';
import { patch, post } from './attack.ts';

const core = '/api/v1/namespaces/tenant-acme';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const acme = ours('TenantGateway', 'acme');
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' } };
const grant = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };

/** An object of ours that does not exist yet. */
function fresh(kind: string, spec: object = {}): TestRequest {
  const body = { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name: 'fresh' }, spec };
  return post(ours(kind), body);
}

/** Somebody, by what they are bound to. */
export const roleHolders = {
  viewer: { clusterRoles: ['cellwright-viewer'] },
  /** By aggregation alone. */
  'holder of view': { clusterRoles: ['view'] },
  'tenant admin': { inNamespace: { namespace: 'tenant-acme', clusterRoles: ['cellwright-tenant-admin'] } },
  'fleet admin': { clusterRoles: ['cellwright-fleet-admin'] },
} as const;

type Requests = Readonly<Record<string, TestRequest>>;

const reads: Requests = Object.fromEntries(
  ['TenantGateway', 'GatewayProfile', 'PolicyBundle'].map((kind) => [`list ${kind}s`, { path: ours(kind) }]),
);
const secretsOfAll: Requests = { 'list Secrets of all': { path: '/api/v1/secrets' } };
const change: Requests = { 'change a tenant': patch(acme, { spec: { state: 'Stopped' } }) };

/** By who asks: what passes, and what RBAC refuses. */
export const roleRequests: Readonly<
  Record<keyof typeof roleHolders, { readonly passes: Requests; readonly refused: Requests }>
> = {
  viewer: { passes: reads, refused: { ...secretsOfAll, ...change, 'make a tenant': fresh('TenantGateway') } },
  'holder of view': { passes: reads, refused: { ...secretsOfAll, ...change } },
  'tenant admin': {
    passes: {
      'list Secrets': { path: `${core}/secrets` },
      'make a Secret': post(`${core}/secrets`, secret),
      'read a log': { path: `${core}/pods/gateway-0/log` },
      'forward a port': { path: `${core}/pods/gateway-0/portforward` },
      'restart the gateway': { method: 'DELETE', path: `${core}/pods/gateway-0` },
    },
    refused: {
      ...secretsOfAll,
      ...change,
      exec: { method: 'POST', path: `${core}/pods/gateway-0/exec?command=sh` },
      'change a NetworkPolicy': patch('/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies/cell', {}),
      'change the StatefulSet': patch('/apis/apps/v1/namespaces/tenant-acme/statefulsets/gateway', {}),
      'list Secrets of another tenant': { path: '/api/v1/namespaces/tenant-other/secrets' },
      'list tenants': { path: ours('TenantGateway') },
    },
  },
  'fleet admin': {
    passes: {
      ...reads,
      ...change,
      'make a tenant with platform fields': fresh('TenantGateway', { organization: 'acme', team: 'a' }),
      'make a profile': fresh('GatewayProfile'),
      'make a bundle': fresh('PolicyBundle', { rules: { tools: { deny: ['exec'] } } }),
    },
    refused: {
      ...secretsOfAll,
      'list Secrets of a tenant': { path: `${core}/secrets` },
      'make a ClusterRole': post(`${rbac}/clusterroles`, { metadata: { name: 'mine' }, rules: [grant] }),
      'bind a ClusterRole': post(`${rbac}/clusterrolebindings`, { metadata: { name: 'mine' }, roleRef: {} }),
    },
  },
};

/** A ClusterRole of the cluster's own whose rules one of ours takes. */
export function addition(who: string, rule: object): { readonly metadata: object; readonly rules: readonly object[] } {
  const metadata = { name: `more-for-${who}`, labels: { [`rbac.cellwright.dev/aggregate-to-${who}`]: 'true' } };
  return { metadata, rules: [rule] };
}
