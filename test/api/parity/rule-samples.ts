/**
 * Values on both sides of each rule (CEL), by the rule's message; the values are those of the node that carries the rule.
 * A rule without samples fails the test, and so do samples without a rule.
 */

/** Samples of a rule that judges what is. */
export interface StateSamples {
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

/** A change, and whether it may be. */
export interface ChangeSample {
  readonly from: unknown;
  readonly to: unknown;
  readonly good: boolean;
}

const secretRef = { name: 'keys', key: 'token' };
const ports = [{ port: 443 }];
const credential = (fields: object): object => ({ name: 'one', secretRef, ...fields });

/** By the message up to its first colon. */
export const stateSamples: Readonly<Record<string, StateSamples>> = {
  'more than one replica means separate memories': {
    good: [{ replicas: 1 }, { replicas: 2, separateMemories: true }, { separateMemories: true }],
    bad: [{ replicas: 2 }, { replicas: 5, separateMemories: false }],
  },
  'a channel with one consumer (telegram, discord, slack, …) cannot be served by several replicas': {
    good: [
      { replicas: 1, credentials: [credential({ channel: 'telegram' })] },
      { replicas: 2, separateMemories: true, credentials: [credential({ channel: 'msteams' })] },
      { replicas: 2, separateMemories: true, credentials: [credential({ provider: 'openai' })] },
    ],
    bad: [
      { replicas: 2, separateMemories: true, credentials: [credential({ channel: 'telegram' })] },
      {
        replicas: 2,
        separateMemories: true,
        credentials: [credential({ provider: 'openai' }), { ...credential({ channel: 'slack' }), name: 'two' }],
      },
    ],
  },
  'a team belongs to an organization': {
    good: [{ team: 'support', organization: 'acme' }, { organization: 'acme' }, {}],
    bad: [{ team: 'support' }],
  },
  'a Rendered tenant has no runner that makes a token': {
    good: [{ delivery: 'Rendered', access: { tokenSecretRef: secretRef } }, { delivery: 'Managed' }],
    bad: [{ delivery: 'Rendered' }, { delivery: 'Rendered', access: { controlUi: true } }],
  },
  'a credential is for one thing': {
    good: [credential({ provider: 'openai' }), credential({ channel: 'slack' }), credential({ env: 'GITHUB_PAT' })],
    bad: [
      credential({}),
      credential({ provider: 'openai', channel: 'slack' }),
      credential({ provider: 'openai', env: 'A' }),
      credential({ provider: 'openai', channel: 'slack', env: 'A' }),
    ],
  },
  'the name changes what the gateway loads or is set by Cellwright': {
    good: ['GITHUB_PAT', 'MY_NODE', 'PATHS'],
    bad: [
      'OPENCLAW_X',
      'CELLWRIGHT_X',
      'NODE_OPTIONS',
      'LD_PRELOAD',
      'PATH',
      'GIT_SSH_COMMAND',
      'HOME',
      'BASH_ENV',
      'PYTHONPATH',
      'MALLOC_ARENA_MAX',
    ],
  },
  'a destination is a block of addresses or pods': {
    good: [
      { cidr: '203.0.113.0/24', ports },
      { to: { namespace: 'tools' }, ports },
    ],
    bad: [{ ports }, { cidr: '203.0.113.0/24', to: { namespace: 'tools' }, ports }],
  },
  'a gateway has one host': {
    good: [{ ingress: {} }, { httpRoute: { gateway: { name: 'g', namespace: 'n' } } }, {}],
    bad: [{ ingress: {}, httpRoute: { gateway: { name: 'g', namespace: 'n' } } }],
  },
  'a name is not one of an environment variable': {
    good: [{ A: '1', _b2: '2' }, { constructor: 'x', toString: 'y' }, {}],
    bad: [{ '1A': 'x' }, { 'A-B': 'x' }, { '': 'x' }, { 'A=B': 'x' }, { Ä: 'x' }],
  },
  'a name that ends in KEY, TOKEN, SECRET or PASSWORD looks like a secret': {
    good: [{ KEYBOARD: 'x', TOKENS: '5' }],
    bad: [{ API_KEY: 'x' }, { api_key: 'x' }, { A: '1', MyToken: 'x' }, { SECRET: 'x' }, { DB_PASSWORD: 'x' }],
  },
  'a name changes what the gateway loads or is set by Cellwright': {
    good: [{ MY_NODE: 'x', TZ: 'Europe/Vienna' }],
    bad: [
      { CELLWRIGHT_PACKAGES: '{}' },
      { OPENSSL_CONF: 'x' },
      { AWS_CONFIG_FILE: 'x' },
      { VITEST: 'true' },
      { NODE_OPTIONS: 'x' },
      { node_options: 'x' },
      { OPENCLAW_HOME: 'x' },
      { LD_PRELOAD: 'x' },
      { Path: 'x' },
      { npm_config_prefix: 'x' },
    ],
  },
  'a key is not a label or annotation name': {
    good: [{ app: 'x', 'example.com/team': 'y', 'A.b_c-d': '' }],
    bad: [{ 'a b': 'x' }, { '/a': 'x' }, { 'a/': 'x' }, { '-a': 'x' }, { 'A.com/x': 'y' }, { 'a/b/c': 'x' }],
  },
  'a toleration of every key needs operator Exists': {
    good: [{ operator: 'Exists' }, { key: 'dedicated', value: 'x' }],
    bad: [{ value: 'x' }, { operator: 'Equal' }, {}],
  },
  'operator Exists compares no value': {
    good: [{ key: 'dedicated', operator: 'Exists' }],
    bad: [{ key: 'dedicated', operator: 'Exists', value: 'x' }],
  },
  'only NoExecute is tolerated for a time': {
    good: [{ key: 'dedicated', effect: 'NoExecute', tolerationSeconds: 60 }],
    bad: [
      { key: 'dedicated', tolerationSeconds: 60 },
      { key: 'dedicated', effect: 'NoSchedule', tolerationSeconds: 60 },
    ],
  },
};

const sized = (size: string): object => ({ storage: { size } });

/** By the message up to its first colon. */
export const changeSamples: Readonly<Record<string, readonly ChangeSample[]>> = {
  'a tenant stays with its organization': [
    { from: { organization: 'acme' }, to: { organization: 'acme', team: 'support' }, good: true },
    { from: {}, to: { organization: 'default' }, good: true },
    { from: { organization: 'acme' }, to: { organization: 'initech' }, good: false },
    { from: { organization: 'acme' }, to: {}, good: false },
  ],
  'storage may only grow': [
    { from: sized('5Gi'), to: sized('5Gi'), good: true },
    { from: sized('5Gi'), to: sized('6Gi'), good: true },
    { from: sized('1Gi'), to: sized('1024Mi'), good: true },
    { from: sized('999M'), to: sized('1Gi'), good: true },
    { from: {}, to: sized('1Gi'), good: true },
    { from: sized('5Gi'), to: sized('4Gi'), good: false },
    { from: sized('1Gi'), to: sized('1G'), good: false },
    { from: sized('5Gi'), to: sized('900Mi'), good: false },
    { from: sized('5Gi'), to: { storage: {} }, good: false },
    { from: sized('5Gi'), to: {}, good: false },
  ],
  'the storage class of a volume cannot change': [
    { from: { storage: { className: 'fast' } }, to: { storage: { className: 'fast' } }, good: true },
    { from: sized('5Gi'), to: sized('5Gi'), good: true },
    { from: {}, to: { storage: { className: 'fast' } }, good: false },
    { from: { storage: { className: 'fast' } }, to: { storage: { className: 'slow' } }, good: false },
    { from: { storage: { className: 'fast' } }, to: { storage: {} }, good: false },
    { from: { storage: { className: 'fast' } }, to: {}, good: false },
  ],
};
