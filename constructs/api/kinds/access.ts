/** How people and models reach a cell, and what the cell reaches: credentials, egress, access. */
import { boolean, integer, listOf, mapOf, object, oneOf, string } from '../schema/structural.ts';
import type { StructuralSchema } from '../schema/structural.ts';
import { cidr, labelName, objectName, peer, ports, qualifiedKeys, secretKeyRef, shortName } from '../schema/terms.ts';
import { isFreeName } from './reserved-env.ts';

/** Channels whose upstream gives every message to one consumer only, so that two replicas would steal from each other. */
export const singleConsumerChannels = ['telegram', 'discord', 'slack', 'matrix'] as const;

const otherChannels = ['googlechat', 'mattermost', 'msteams'] as const;

/** `spec.credentials`: what the gateway may use, by reference. */
export const credentials = listOf(
  'Keys of model providers, channels and tools, by reference to Secrets in the tenant’s namespace. Each becomes one environment variable of the gateway and the configuration that needs it. No Secret value is ever read by Cellwright.',
  object(
    'One credential; exactly one of provider, channel and env says what it is for.',
    {
      name: shortName('Name of the credential inside this tenant.'),
      provider: string('Model provider that the key is for, for example `anthropic` or `openai`.', {
        pattern: 'shortName',
        maxLength: 40,
      }),
      channel: oneOf('Channel that the token is for.', [...singleConsumerChannels, ...otherChannels]),
      env: string('Environment variable that carries the value, for tools.', {
        pattern: 'environmentName',
        maxLength: 128,
        rules: [
          {
            rule: isFreeName('self'),
            message: 'the name changes what the gateway loads or is set by Cellwright: choose another one',
          },
        ],
      }),
      secretRef: secretKeyRef('Where the value is.'),
      version: string('Any text; change it to roll the pods after the Secret’s content changed.', { maxLength: 64 }),
    },
    {
      required: ['name', 'secretRef'],
      rules: [
        {
          rule: '(has(self.provider) ? 1 : 0) + (has(self.channel) ? 1 : 0) + (has(self.env) ? 1 : 0) == 1',
          message: 'a credential is for one thing: set exactly one of provider, channel and env',
        },
      ],
    },
  ),
  { maxItems: 32, keys: ['name'] },
);

/** One egress rule: addresses or pods, and ports. */
export function egressList(description: string): StructuralSchema {
  return listOf(
    description,
    object(
      'One destination; exactly one of cidr and to.',
      {
        cidr: cidr('Block of addresses.'),
        to: peer('Pods of a namespace in the cluster.'),
        ports: ports('Ports that may be reached.'),
      },
      {
        required: ['ports'],
        rules: [
          {
            rule: 'has(self.cidr) != has(self.to)',
            message: 'a destination is a block of addresses or pods: set exactly one of cidr and to',
          },
        ],
      },
    ),
    { maxItems: 64 },
  );
}

/** A DNS host name. */
export function hostName(description: string): StructuralSchema {
  return string(description, {
    pattern: 'hostName',
    minLength: 3,
    maxLength: 253,
  });
}

const annotations = mapOf(
  'Annotations for the controller that serves it.',
  string('Annotation value.', { maxLength: 2048 }),
  { maxProperties: 32, rules: [qualifiedKeys] },
);

/** `spec.access`: who reaches the gateway, and how. */
export const access = object(
  'Who reaches the gateway, and how.',
  {
    tokenSecretRef: secretKeyRef(
      'Token that callers present. Default: for Managed tenants the runner makes a Secret once; Rendered tenants must name one.',
    ),
    from: listOf(
      'Pods that may connect to the gateway port. Those of the profile’s `access.from` may besides.',
      peer('A caller.'),
      {
        maxItems: 16,
      },
    ),
    ingress: object(
      'An Ingress for the gateway.',
      {
        host: hostName('Host name. Default: from the profile’s `access.hostTemplate`.'),
        className: labelName('IngressClass. Default: the cluster’s default class.'),
        tlsSecretName: objectName('TLS Secret in the tenant’s namespace. Default: the controller’s own certificate.'),
        annotations,
      },
      {},
    ),
    httpRoute: object(
      'A Gateway API HTTPRoute for the gateway.',
      {
        host: hostName('Host name. Default: from the profile’s `access.hostTemplate`.'),
        gateway: object(
          'The Gateway that the route attaches to.',
          {
            name: objectName('Name of the Gateway.'),
            namespace: labelName('Namespace of the Gateway.'),
            sectionName: labelName('Listener of the Gateway. Default: all that allow it.'),
          },
          { required: ['name', 'namespace'] },
        ),
      },
      { required: ['gateway'] },
    ),
    trustedProxy: object(
      'Login by a proxy in front of the gateway, which names the person in a header.',
      {
        userHeader: string('Header that carries the person.', {
          pattern: 'headerName',
          maxLength: 64,
          default: 'x-forwarded-user',
        }),
        proxies: listOf('Addresses of the proxies that are believed.', cidr('Block of addresses.'), {
          minItems: 1,
          maxItems: 16,
        }),
      },
      { required: ['proxies'] },
    ),
    controlUi: boolean('Serve OpenClaw’s browser interface on the gateway port.', false),
  },
  {
    rules: [
      {
        rule: '!(has(self.ingress) && has(self.httpRoute))',
        message: 'a gateway has one host: set ingress or httpRoute, not both',
      },
    ],
  },
);

/** The port of a gateway inside its cell; fixed, so that policies and probes need no lookup. */
export const gatewayPort = 18789;

/** Bound for `replicas`: each replica is another memory of the same tenant. */
export const replicaCount = integer(
  'Gateway pods. Each replica has its own volume and memory; more than one needs `separateMemories: true`.',
  { default: 1, minimum: 1, maximum: 5 },
);
