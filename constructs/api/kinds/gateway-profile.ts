/** GatewayProfile: shared defaults, ceilings and versions of the tenants that name it. */
import { boolean, freeObject, integer, listOf, object, oneOf, string } from '../schema/structural.ts';
import { bytes, cidr, cores, duration, labelName, labels, objectName, peer } from '../schema/terms.ts';
import { patterns } from '../schema/patterns.ts';
import { credentials, egressList } from './access.ts';
import { decisionLog } from './decision-log.ts';
import type { KindDefinition } from './kind.ts';
import { imageReference, literalEnv, mcpServers, npmPackages, openclawVersion, workspace } from './openclaw.ts';
import { conditions, newObjectStatus, observedGeneration } from './status.ts';
import { scheduling } from './tenant-gateway.ts';

/**
 * What "public" is not: private, shared, link-local, metadata, benchmark and multicast ranges, and IPv6 ranges that carry
 * IPv4 addresses (NAT64, 6to4, Teredo), through which a private address could be reached
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry).
 */
export const nonPublicRanges: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/** Tenant fields that a profile can keep for itself. */
export const lockableFields = [
  'openclaw.image',
  'openclaw.version',
  'openclaw.config',
  'openclaw.env',
  'openclaw.plugins',
  'openclaw.skills',
  'openclaw.mcpServers',
  'openclaw.workspace',
  'credentials',
  'egress',
  'access.from',
  'access.ingress',
  'access.httpRoute',
  'access.trustedProxy',
  'resources',
  'storage.size',
  'storage.className',
  'scheduling',
] as const;

const openclaw = object(
  'Version and image of the gateway.',
  {
    version: openclawVersion('OpenClaw version of tenants that name none.', '2026.9.6'),
    repository: imageReference('Image without tag; the version becomes the tag.', 'ghcr.io/openclaw/openclaw'),
    digest: string('Digest that pins the image of `version`.', { pattern: 'digest', maxLength: 71 }),
  },
  { default: {} },
);

const images = object(
  'Images beside the gateway’s, and which ones a tenant may run.',
  {
    opa: imageReference('Image of the OPA sidecar.', 'openpolicyagent/opa:1.21.1-static'),
    pullPolicy: oneOf('When images are pulled.', ['IfNotPresent', 'Always', 'Never'], 'IfNotPresent'),
    allowed: listOf(
      'Prefixes that a tenant’s own image must start with. Default: the profile’s repository only.',
      string('Prefix up to and including a `/`, `:` or `@`, so that it cannot match a longer name.', {
        pattern: 'imagePrefix',
        maxLength: 512,
      }),
      { maxItems: 32, set: true },
    ),
  },
  { default: {} },
);

const defaults = object(
  'Values of tenants that set none.',
  {
    config: freeObject('Fragment of `openclaw.json` under the tenant’s.'),
    env: literalEnv('Literal environment variables; a tenant’s value of the same name wins.'),
    resources: object(
      'CPU and memory of the gateway.',
      {
        cpu: cores('CPU request.', '250m'),
        memory: bytes('Memory request.', '1Gi'),
        memoryLimit: bytes('Memory limit; below 1Gi OpenClaw does not start.', '1536Mi'),
      },
      { default: {} },
    ),
    storage: object(
      'The volume.',
      { size: bytes('Size.', '5Gi'), className: objectName('StorageClass. Default: the cluster’s default class.') },
      { default: {} },
    ),
    scheduling,
    egress: egressList('Destinations that every tenant may reach.'),
    credentials: {
      ...credentials,
      description:
        'Credentials of every tenant; a tenant’s own of the same name wins. Each names a Secret that must be in every tenant’s namespace, put there for example by External Secrets.',
    },
    plugins: npmPackages('Plugins of every tenant; a tenant’s own entry of the same name wins.', 'plugin'),
    skills: npmPackages('Skills of every tenant; a tenant’s own entry of the same name wins.', 'skill'),
    mcpServers: {
      ...mcpServers,
      description: 'MCP servers of every tenant; a tenant’s own entry of the same name wins.',
    },
    workspace: {
      ...workspace,
      description: 'Seed files of every tenant; a tenant’s own file at the same path wins.',
    },
  },
  { default: {} },
);

const fixed = object(
  'What tenants cannot override.',
  {
    config: freeObject('Fragment of `openclaw.json` over the tenant’s.'),
    fields: listOf(
      'Tenant fields that are refused, so that only the profile says which code runs where.',
      oneOf('A field of TenantGateway.spec.', lockableFields),
      { maxItems: 32, set: true, default: ['openclaw.image', 'openclaw.plugins', 'openclaw.skills'] },
    ),
  },
  { default: {} },
);

const limits = object(
  'Ceilings for each tenant.',
  {
    cpu: cores('Largest CPU request.', '4'),
    memory: bytes('Largest memory limit.', '8Gi'),
    storage: bytes('Largest volume.', '100Gi'),
    replicas: integer('Most replicas.', { default: 3, minimum: 1, maximum: 5 }),
  },
  { default: {} },
);

const network = object(
  'Network of the cells.',
  {
    dns: object(
      'Where DNS is.',
      {
        pods: peer('DNS pods.'),
        cidrs: listOf('DNS addresses that are not pods, such as NodeLocal DNSCache.', cidr('Block of addresses.'), {
          maxItems: 8,
          default: ['169.254.20.10/32'],
        }),
      },
      { default: { pods: { namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } } } },
    ),
    publicHttps: boolean('Allow TCP 443 to public addresses; model providers need it.', true),
    denyCIDRs: listOf(
      'Blocks that "public" excludes. The default has every private, shared, link-local, metadata and multicast range and those that carry IPv4 addresses in IPv6.',
      cidr('Block of addresses.'),
      { maxItems: 64, default: nonPublicRanges },
    ),
    egressCeiling: listOf(
      'Blocks that a tenant’s own egress must lie in. A range of denyCIDRs is open only when a block here names it or a part of it; 0.0.0.0/0 opens public addresses alone. Default: public addresses.',
      cidr('Block of addresses.'),
      { maxItems: 64 },
    ),
    egressNamespaces: listOf('Namespaces whose pods a tenant may name under egress.to.', labelName('Namespace.'), {
      maxItems: 64,
      set: true,
      default: [],
    }),
  },
  { default: {} },
);

const access = object('How cells are reached.', {
  hostTemplate: string('Host name of a tenant; `{tenant}` and `{organization}` are replaced.', {
    pattern: 'hostTemplate',
    maxLength: 253,
  }),
  from: listOf('Pods that may connect to every gateway.', peer('A caller.'), { maxItems: 16 }),
  ingressClassName: labelName('IngressClass of tenants that name none.'),
});

const monitoring = object('What is rendered for monitoring.', {
  podMonitor: boolean('Render a PodMonitor for each cell; needs the Prometheus operator’s kinds.', false),
  from: peer('Pods that scrape the metrics.'),
});

const policy = object('How the OPA of each cell is run.', { decisionLog }, { default: {} });

const rollout = object(
  'How a change of many tenants goes through the fleet.',
  {
    maxUnavailable: integer('Tenants that may be in change at once, in percent.', {
      default: 10,
      minimum: 1,
      maximum: 100,
    }),
    canary: labels('Labels of the tenants that go first.'),
    soak: duration('How long the canary must stay ready.', '10m'),
    progressDeadline: duration('After which time a tenant counts as failed.', '15m'),
    onFailure: oneOf('What happens then.', ['Pause', 'Rollback'], 'Rollback'),
  },
  { default: {} },
);

/** The kind. */
export const gatewayProfile: KindDefinition = {
  kind: 'GatewayProfile',
  plural: 'gatewayprofiles',
  singular: 'gatewayprofile',
  shortNames: ['gwp'],
  description: 'Defaults, ceilings and versions that tenants share. An empty spec is a useful profile.',
  spec: object(
    'What tenants of this profile share.',
    { openclaw, images, defaults, fixed, limits, network, access, monitoring, policy, rollout },
    { default: {} },
  ),
  status: object(
    'What is, as the runner saw it.',
    {
      observedGeneration,
      conditions: conditions('Ready: the profile is well-formed and used as it is.'),
      tenants: integer('Tenants that name this profile.', { minimum: 0, maximum: 1000000 }),
    },
    { default: newObjectStatus },
  ),
  columns: [
    { name: 'Version', type: 'string', jsonPath: '.spec.openclaw.version', description: 'OpenClaw version.' },
    { name: 'Tenants', type: 'integer', jsonPath: '.status.tenants', description: 'Tenants of this profile.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
  ],
  namePattern: patterns.shortName.source,
  nameMaxLength: 40,
};
