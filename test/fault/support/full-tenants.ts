/** Tenants that have between them everything that a cell can have, so that there is an object of each kind. */
import type { TenantGatewaySpec } from '../../../constructs/api/types.gen.ts';

/** Spec of a profile under which {@link fullTenants} are valid and monitored. */
export const fullProfile = {
  monitoring: { podMonitor: true, from: { namespace: 'monitoring' } },
  network: { egressNamespaces: ['tools'] },
  access: { ingressAnnotations: ['example.com/timeout'] },
};

const everything: TenantGatewaySpec = {
  organization: 'acme',
  team: 'support',
  replicas: 2,
  separateMemories: true,
  deletionPolicy: 'Delete',
  openclaw: {
    env: { TZ: 'Europe/Vienna' },
    mcpServers: [{ name: 'search', url: 'https://mcp.example.com/mcp' }],
    workspace: [{ path: 'SOUL.md', content: 'You help the customers of Acme.\n' }],
  },
  credentials: [
    { name: 'anthropic', provider: 'anthropic', secretRef: { name: 'model-keys', key: 'anthropic' } },
    { name: 'github', env: 'GITHUB_PAT', secretRef: { name: 'tool-keys', key: 'github' }, version: '2' },
  ],
  egress: [
    { cidr: '203.0.113.10/32', ports: [{ port: 8443 }] },
    { to: { namespace: 'tools', podLabels: { app: 'search' } }, ports: [{ port: 8080 }] },
  ],
  resources: { cpu: '500m', memory: '1100Mi', memoryLimit: '2Gi' },
  storage: { size: '2Gi' },
  scheduling: {
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
    imagePullSecrets: ['registry'],
  },
  policy: { tools: { deny: ['exec'] }, egress: { deny: ['192.0.2.0/24'] } },
};

const access = {
  from: [{ namespace: 'web', podLabels: { app: 'proxy' } }],
  trustedProxy: { proxies: ['10.20.0.0/16'] },
};

/** By name; two, because a gateway has one host: by an Ingress or by an HTTPRoute. */
export const fullTenants: Readonly<Record<string, TenantGatewaySpec>> = {
  'by-ingress': {
    ...everything,
    access: {
      ...access,
      ingress: {
        host: 'by-ingress.example.com',
        className: 'nginx',
        tlsSecretName: 'cert',
        annotations: { 'example.com/timeout': '60' },
      },
    },
  },
  'by-route': {
    ...everything,
    access: {
      ...access,
      httpRoute: { host: 'by-route.example.com', gateway: { name: 'edge', namespace: 'infra', sectionName: 'https' } },
    },
  },
};
