/**
 * Specs of TenantGateways at random, from the definition of the kind: every field comes or not, with a value within its
 * bounds. What the definition cannot say (which profile, which namespaces there are, what fits together) is said here; that
 * a spec is valid is for the validator to say.
 */
import { kindNamed } from '../../../constructs/api/kinds/registry.ts';
import { singleConsumerChannels } from '../../../constructs/api/kinds/access.ts';
import { patternOf } from '../../../constructs/api/schema/patterns.ts';
import type { StructuralSchema } from '../../../constructs/api/schema/structural.ts';
import type { TenantGatewaySpec } from '../../../constructs/api/types.gen.ts';
import { bytesOf } from '../../../constructs/synth/quantity.ts';
import { between, oneOf } from './seed.ts';
import type { Random } from './seed.ts';

/** How often a field that may be left out comes. */
const presence = 0.45;
/** Most entries of a list or map. */
const mostEntries = 3;

/** Values of fields whose right ones depend on the cluster, on other fields or on a format; `[]` is an entry of a list. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  organization: ['acme'],
  profile: ['default'],
  delivery: ['Managed'],
  replicas: [1, 1, 2, 3],
  'openclaw.version': ['2026.9.6'],
  'openclaw.image': ['ghcr.io/openclaw/openclaw:2026.9.6', `ghcr.io/openclaw/openclaw@sha256:${'0a'.repeat(32)}`],
  'openclaw.config': [
    {},
    { agents: { defaults: { model: { primary: 'anthropic/claude-sonnet-5' } } } },
    { channels: { telegram: { dmPolicy: 'allowlist', allowFrom: ['1002'] } } },
  ],
  'access.trustedProxy.proxies[]': ['10.20.0.0/16', '192.0.2.7/32'],
  'credentials[].provider': ['anthropic', 'openai', 'mistral'],
  'credentials[].env': ['GITHUB_PAT', 'JIRA_LOGIN', 'CRM_LOGIN'],
  'egress[].cidr': ['203.0.113.10/32', '198.51.100.0/24', '8.8.8.0/24'],
  'egress[].to.namespace': ['tools', 'data'],
  'policy.egress.allow[]': ['0.0.0.0/0', '203.0.113.0/24'],
  'policy.egress.deny[]': ['192.0.2.0/24', '233.252.0.0/24'],
  'resources.cpu': ['100m', '250m', '1'],
  'resources.memory': ['1Gi', '1100Mi', '1536Mi'],
  'resources.memoryLimit': ['1536Mi', '2Gi', '3Gi'],
  'scheduling.runtimeClassName': ['gvisor', 'kata'],
  'scheduling.priorityClassName': ['high', 'low'],
};

/** Names in maps. */
const keys: Readonly<Record<string, readonly string[]>> = {
  'openclaw.env': ['TZ', 'LOG_STYLE', 'REGION'],
  'access.ingress.annotations': ['example.com/team', 'example.com/timeout'],
};
const otherKeys = ['app', 'example.com/team', 'disk'];

/** Cannot change once a volume is there. */
const leftOut = new Set(['storage.className']);

/** Once it is said it stays, and the tenant's bundles follow from it. */
const always = new Set(['organization']);

/** A spec that may follow on the one before; volumes only grow. */
export function drawnSpec(random: Random, before: TenantGatewaySpec | undefined): TenantGatewaySpec {
  const schema = kindNamed('TenantGateway')?.spec;
  if (schema === undefined) throw new Error('TenantGateway has no spec');
  const spec = drawn(schema, '', random) as Writable<TenantGatewaySpec>;
  settle(spec, random);
  const size = before?.storage?.size;
  if (size !== undefined || spec.storage?.size !== undefined) {
    const gibibytes = bytesOf(size ?? '1Gi') / 2 ** 30;
    spec.storage = { size: `${gibibytes + (spec.storage?.size === undefined ? 0 : between(0, 2, random))}Gi` };
  }
  return spec;
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/** @param path from the spec down, as in {@link values} */
function drawn(schema: StructuralSchema, path: string, random: Random): unknown {
  const known = values[path];
  if (known !== undefined) return oneOf(known, random);
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined
        ? drawnObject(schema, path, random)
        : drawnMap(schema.additionalProperties, path, random);
    case 'array':
      return drawnList(schema, path, random);
    case 'string':
      return oneOf(schema.enum ?? textsFor(schema), random);
    case 'integer':
    case 'number':
      return between(schema.minimum ?? 0, schema.maximum ?? 100, random);
    case 'boolean':
      return random() < 0.5;
  }
}

function drawnObject(schema: StructuralSchema, path: string, random: Random): Record<string, unknown> {
  const entries = Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const below = path === '' ? name : `${path}.${name}`;
    const comes = schema.required?.includes(name) === true || always.has(below) || random() < presence;
    return comes && !leftOut.has(below) ? [[name, drawn(part, below, random)] as const] : [];
  });
  return oneOfAKind(Object.fromEntries(entries), random);
}

/** Fields of which exactly one, or at most one, may be there. */
const alternatives: readonly (readonly string[])[] = [
  ['provider', 'channel', 'env'],
  ['cidr', 'to'],
  ['ingress', 'httpRoute'],
];

function oneOfAKind(object: Record<string, unknown>, random: Random): Record<string, unknown> {
  const left = { ...object };
  for (const fields of alternatives) {
    const there = fields.filter((field) => field in left);
    if (there.length < 2) continue;
    const kept = oneOf(there, random);
    for (const field of there) if (field !== kept) Reflect.deleteProperty(left, field);
  }
  return left;
}

function drawnMap(part: StructuralSchema, path: string, random: Random): Record<string, unknown> {
  const names = keys[path] ?? otherKeys;
  return Object.fromEntries(names.filter(() => random() < 0.5).map((name) => [name, drawn(part, `${path}{}`, random)]));
}

function drawnList(schema: StructuralSchema, path: string, random: Random): unknown[] {
  const { items, minItems = 0, maxItems = mostEntries } = schema;
  if (items === undefined) throw new Error(`${path}: a list needs items`);
  const count = between(minItems, Math.min(maxItems, mostEntries), random);
  const entries = Array.from({ length: count }, () => drawn(items, `${path}[]`, random));
  const identities = schema['x-kubernetes-list-map-keys'];
  const identityOf = (entry: unknown): string =>
    JSON.stringify(identities?.map((key) => (entry as Record<string, unknown>)[key]) ?? entry);
  return [...new Map(entries.map((entry) => [identityOf(entry), entry])).values()];
}

function textsFor({ pattern, minLength = 0, maxLength = Infinity }: StructuralSchema): readonly string[] {
  const texts = pattern === undefined ? ['one', 'two', 'ä😀\n'] : (patternOf(pattern)?.good ?? []);
  return texts.filter((text) => text.length >= minLength && text.length <= maxLength);
}

interface Credential {
  readonly provider?: string;
  readonly channel?: string;
  readonly env?: string;
}

/** Makes fields fit together that are drawn apart. */
function settle(spec: Writable<TenantGatewaySpec>, random: Random): void {
  if (spec.credentials !== undefined) settleCredentials(spec);
  if (spec.egress !== undefined) spec.egress = spec.egress.filter((rule) => 'cidr' in rule || 'to' in rule);
  if ((spec.replicas ?? 1) > 1) spec.separateMemories = true;
  if (spec.scheduling?.tolerations !== undefined) {
    const tolerations = spec.scheduling.tolerations.map(() => ({ key: 'dedicated', ...oneOf(tolerable, random) }));
    spec.scheduling = { ...spec.scheduling, tolerations };
  }
  if ((spec.egress ?? []).length > 0) settlePolicy(spec);
}

/** What the tenant's own rules allow must hold what its spec opens. */
function settlePolicy(spec: Writable<TenantGatewaySpec>): void {
  const egress = spec.policy?.egress;
  if (egress?.allow !== undefined) spec.policy = { ...spec.policy, egress: { ...egress, allow: ['0.0.0.0/0'] } };
}

const tolerable = [
  { operator: 'Exists' },
  { operator: 'Equal', value: 'x', effect: 'NoSchedule' },
  { operator: 'Exists', effect: 'PreferNoSchedule' },
  { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 },
] as const;

/** Each for one thing that nothing else is for, and with the plugin that its channel needs. */
function settleCredentials(spec: Writable<TenantGatewaySpec>): void {
  const single: readonly string[] = singleConsumerChannels;
  const isServed = ({ channel }: Credential): boolean =>
    channel === undefined || (spec.replicas ?? 1) === 1 || !single.includes(channel);
  const useOf = ({ provider, channel, env }: Credential): string => provider ?? channel ?? env ?? '';
  const useful = (spec.credentials ?? []).filter((one) => useOf(one) !== '' && isServed(one));
  spec.credentials = [...new Map(useful.map((one) => [useOf(one), one])).values()];
  const channels = spec.credentials.flatMap(({ channel }) => channel ?? []).filter((name) => name !== 'telegram');
  if (channels.length === 0) return;
  const plugins = channels.map((name) => ({ name: `@openclaw/${name}`, version: '2026.9.6' }));
  const others = (spec.openclaw?.plugins ?? []).filter(({ name }) => plugins.every((plugin) => plugin.name !== name));
  spec.openclaw = { ...spec.openclaw, plugins: [...others, ...plugins] };
}
