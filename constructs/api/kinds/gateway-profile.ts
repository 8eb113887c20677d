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
  'scheduling.runtimeClassName',
  'scheduling.nodeSelector',
  'scheduling.tolerations',
  'scheduling.priorityClassName',
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
        port: integer(
          'Port that the DNS pods listen on, which is what a NetworkPolicy sees, and not that of their Service: 5353 on OpenShift. The addresses in `cidrs` answer on 53.',
          { default: 53, minimum: 1, maximum: 65535 },
        ),
      },
      { default: { pods: { namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } } } },
    ),
    publicHttps: boolean('Allow TCP 443 to public addresses; model providers need it.', true),
    denyCIDRs: listOf(
      'Blocks that are closed beside those that are never public: private, shared, link-local, metadata and multicast ranges, and those that carry IPv4 addresses in IPv6. Name the public addresses of the API server and of the nodes here.',
      cidr('Block of addresses.'),
      { maxItems: 64, default: [] },
    ),
    egressCeiling: listOf(
      'Blocks that a tenant’s own egress must lie in. A range that is closed is open only when a block here names it or a part of it; 0.0.0.0/0 opens public addresses alone. Default: public addresses.',
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
  ingressAnnotations: listOf(
    'Annotations that a tenant may set on its Ingress, by their whole key. Most ingress controllers take orders in annotations that reach other hosts than the tenant’s, so the default is none. One that carries configuration as text (`…-snippet`) must also stand in `platform.admission.extensionKeys` of the fleet.',
    string('Key of an annotation.', { pattern: 'annotationKey', maxLength: 317 }),
    { maxItems: 64, set: true, default: [] },
  ),
});

const monitoring = object('What is rendered for monitoring.', {
  podMonitor: boolean('Render a PodMonitor for each cell; needs the Prometheus operator’s kinds.', false),
  from: peer('Pods that scrape the metrics.'),
});

const pod = object(
  'How the pods are confined beside what holds for all of them.',
  {
    hostUsers: boolean(
      'Whether users in the pod are users of the node. false gives each pod a user namespace of its own (Kubernetes 1.33 or later, Linux 6.3, containerd 2.0 or CRI-O 1.25, volumes that allow id-mapped mounts): what breaks out of the container is nobody on the node. A node that cannot do it starts no pod.',
      true,
    ),
  },
  { default: {} },
);

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
    { openclaw, images, defaults, fixed, limits, network, access, monitoring, pod, policy, rollout },
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
