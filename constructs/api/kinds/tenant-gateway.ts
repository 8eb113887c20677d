/** TenantGateway: one tenant's cell. `spec: {}` is a useful tenant. */
import { boolean, integer, listOf, object, oneOf, string } from '../schema/structural.ts';
import type { CelRule } from '../schema/structural.ts';
import { bytes, cores, labelName, labels, objectName, shortName } from '../schema/terms.ts';
import { patterns } from '../schema/patterns.ts';
import { access, credentials, egressList, replicaCount, singleConsumerChannels } from './access.ts';
import type { KindDefinition } from './kind.ts';
import { openclaw } from './openclaw.ts';
import { policyRules } from './policy-rules.ts';
import { conditions, newObjectStatus, observedGeneration } from './status.ts';

/** CPU and memory of the gateway container. */
export const resources = object('CPU and memory of the gateway. Default: the profile’s `defaults.resources`.', {
  cpu: cores('CPU that is set aside for the gateway. There is never a CPU limit: it would throttle the start.'),
  memory: bytes('Memory that is set aside for the gateway (about 1 GiB is used when idle).'),
  memoryLimit: bytes('Memory at which the gateway is stopped; below 1Gi it does not start.'),
});

/** The volume of the gateway. */
export const storage = object('The volume that keeps the gateway’s state and workspace.', {
  size: bytes('Size of the volume; it may only grow. Default: the profile’s `defaults.storage.size`.'),
  className: objectName('StorageClass. Default: the profile’s, else the cluster’s default class.'),
});

/** What the API server asks of a toleration when the pod is made; said here, it shows when the tenant is written. */
const tolerationRules: readonly CelRule[] = [
  {
    rule: "has(self.key) || self.operator == 'Exists'",
    message: 'a toleration of every key needs operator Exists: set operator to Exists, or name a key',
  },
  {
    rule: "self.operator != 'Exists' || !has(self.value) || self.value == ''",
    message: 'operator Exists compares no value: remove value, or set operator to Equal',
  },
  {
    rule: "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
    message: 'only NoExecute is tolerated for a time: set effect to NoExecute, or remove tolerationSeconds',
  },
];

/** Where pods run. */
export const scheduling = object('Where the pods run.', {
  runtimeClassName: objectName('RuntimeClass, for example gVisor or Kata.'),
  nodeSelector: labels('Labels that a node must have.'),
  tolerations: listOf(
    'Taints that the pods tolerate.',
    object(
      'One toleration (core/v1 Toleration).',
      {
        key: string('Taint key. Default: every key, with operator Exists.', { pattern: 'taintKey', maxLength: 317 }),
        operator: oneOf('How key and value are compared.', ['Exists', 'Equal'], 'Equal'),
        value: string('Taint value, for Equal.', { pattern: 'labelValue', maxLength: 63 }),
        effect: oneOf('Effect to tolerate. Default: every effect.', ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
        tolerationSeconds: integer('Seconds a NoExecute taint is tolerated. Default: for ever.', {
          minimum: 0,
          maximum: 31536000,
          format: 'int64',
        }),
      },
      { rules: tolerationRules },
    ),
    { maxItems: 16 },
  ),
  priorityClassName: objectName('PriorityClass.'),
  imagePullSecrets: listOf(
    'Secrets with registry credentials, in the tenant’s namespace.',
    objectName('Name of the Secret.'),
    { maxItems: 8, set: true },
  ),
});

const rules: readonly CelRule[] = [
  {
    rule: '!has(self.replicas) || self.replicas <= 1 || (has(self.separateMemories) && self.separateMemories)',
    message: 'more than one replica means separate memories: set separateMemories to true if that is wanted',
    fieldPath: '.replicas',
  },
  {
    rule: `!has(self.replicas) || self.replicas <= 1 || !has(self.credentials) || self.credentials.all(c, !has(c.channel) || !(c.channel in [${singleConsumerChannels.map((name) => `'${name}'`).join(', ')}]))`,
    message:
      'a channel with one consumer (telegram, discord, slack, …) cannot be served by several replicas: set replicas to 1',
    fieldPath: '.replicas',
  },
  {
    // Optional by its schema, but always there: it has a default.
    rule: '!has(oldSelf.organization) || !has(self.organization) || self.organization == oldSelf.organization',
    message: 'a tenant stays with its organization: keep it, or make a new tenant there',
    fieldPath: '.organization',
    reason: 'FieldValueForbidden',
  },
  {
    rule: "!has(self.delivery) || self.delivery != 'Rendered' || (has(self.access) && has(self.access.tokenSecretRef))",
    message: 'a Rendered tenant has no runner that makes a token: set access.tokenSecretRef',
    fieldPath: '.access',
    reason: 'FieldValueRequired',
  },
  {
    rule: '!has(oldSelf.storage) || !has(oldSelf.storage.size) || (has(self.storage) && has(self.storage.size) && quantity(self.storage.size).compareTo(quantity(oldSelf.storage.size)) >= 0)',
    message: 'storage may only grow: keep the size or raise it',
    fieldPath: '.storage',
    reason: 'FieldValueForbidden',
  },
  {
    // Also not from or to the profile's class: the volume is there already.
    rule: "(has(self.storage) && has(self.storage.className) ? self.storage.className : '') == (has(oldSelf.storage) && has(oldSelf.storage.className) ? oldSelf.storage.className : '')",
    message: 'the storage class of a volume cannot change: keep it, or move the data to a new tenant',
    fieldPath: '.storage',
    reason: 'FieldValueForbidden',
  },
];

const spec = object(
  'What the tenant should be.',
  {
    organization: shortName('Organization that owns the tenant; policy bundles of that organization apply.', 'default'),
    team: shortName('Team inside the organization; may change.'),
    profile: shortName('GatewayProfile with defaults, ceilings and versions.', 'default'),
    delivery: oneOf(
      'Who applies the tenant’s objects: the runner (Managed) or Git (Rendered).',
      ['Managed', 'Rendered'],
      'Managed',
    ),
    state: oneOf('Running, or Stopped: no pods, data kept.', ['Running', 'Stopped'], 'Running'),
    openclaw,
    credentials,
    publicHttps: boolean(
      'Whether the cell reaches public addresses on TCP 443. false narrows what the profile allows; true adds nothing.',
      true,
    ),
    egress: egressList('What the cell may reach beside DNS and public HTTPS.'),
    access,
    resources,
    replicas: replicaCount,
    separateMemories: boolean('Accept that each replica has a memory of its own.', false),
    storage,
    scheduling,
    policy: policyRules('Rules of the tenant’s own level; they can only narrow what the levels above allow.'),
    deletionPolicy: oneOf(
      'What happens to the data when the TenantGateway is deleted: Retain keeps namespace and volume.',
      ['Retain', 'Delete'],
      'Retain',
    ),
  },
  { default: {}, rules },
);

const revision = object('Revisions of what was rendered.', {
  desired: string('Hash of what the spec asks for.', { maxLength: 64 }),
  applied: string('Hash of what the API server has accepted as a whole.', { maxLength: 64 }),
  lastGood: string('Hash that was last Ready.', { maxLength: 64 }),
});

const tokenRotation = object('Why a token Secret that the runner made was replaced by another one.', {
  answered: string('Value of the annotation `cellwright.dev/rotate-token` that was last answered.', { maxLength: 128 }),
  lostAt: string('When a token Secret was last found missing.', { pattern: 'dateTime', maxLength: 40 }),
});

const status = object(
  'What is, as the runner saw it.',
  {
    observedGeneration,
    conditions: conditions('Ready, Available, Reconciling, Stalled, PolicySynced and Degraded.'),
    revision,
    version: string('OpenClaw version that is rendered.', { maxLength: 48 }),
    policyRevision: string('Revision of the policy that is rendered.', { maxLength: 64 }),
    renderVersion: string('Version of the code that rendered it.', { maxLength: 64 }),
    replicas: integer('Ready gateway pods.', { minimum: 0, maximum: 1000 }),
    url: string('Where the gateway answers inside the cluster or by its host.', { maxLength: 512 }),
    tokenSecretName: string('Secret that holds the gateway token.', { maxLength: 253 }),
    tokenRotation,
    namespace: labelName('Namespace of the cell.'),
    applied: string('Applied records, opaque; only the runner writes them.', { maxLength: 65536 }),
  },
  { default: newObjectStatus },
);

const condition = (type: string, field: string): string => `.status.conditions[?(@.type=="${type}")].${field}`;

/** The kind. */
export const tenantGateway: KindDefinition = {
  kind: 'TenantGateway',
  plural: 'tenantgateways',
  singular: 'tenantgateway',
  shortNames: ['tg'],
  description:
    'One tenant’s OpenClaw cell: a namespace of its own with a gateway, an OPA sidecar that decides every tool call, and the walls around them. An empty spec is a useful tenant.',
  spec,
  status,
  columns: [
    { name: 'Ready', type: 'string', jsonPath: condition('Ready', 'status'), description: 'The spec is reached.' },
    {
      name: 'Available',
      type: 'string',
      jsonPath: condition('Available', 'status'),
      description: 'The gateway serves.',
    },
    { name: 'Version', type: 'string', jsonPath: '.status.version', description: 'OpenClaw version.' },
    {
      name: 'Policy',
      type: 'string',
      jsonPath: '.status.policyRevision',
      description: 'Policy revision.',
      priority: 1,
    },
    { name: 'Replicas', type: 'integer', jsonPath: '.status.replicas', description: 'Ready gateway pods.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
    { name: 'Message', type: 'string', jsonPath: condition('Ready', 'message'), description: 'Why it is not ready.' },
  ],
  namePattern: patterns.shortName.source,
  nameMaxLength: 40,
};
