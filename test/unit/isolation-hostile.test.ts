/** Specs that try to break out of a cell, as a tenant's administrator and as the author of a profile (docs/security-isolation.md). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { inputOf, named } from './rules-input.ts';

const assets = loadAssets();
const ports = [{ port: 443 }];
const secretRef = { name: 'keys', key: 'token' };
const everything = ['0.0.0.0/0', '::/0'];

/** A profile that leaves its tenants every field, so that what is refused is refused by a rule. */
const lenient = { fixed: { fields: [] } };

/** Code and path of each problem. */
function judge(kind: 'TenantGateway' | 'GatewayProfile', spec: object): string[] {
  const shape = validateObject({ apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name: 'acme' }, spec });
  const problems =
    shape.length > 0
      ? shape
      : kind === 'TenantGateway'
        ? checkTenant({ ...inputOf({ tenant: spec, profile: lenient }), assets })
        : checkProfile(named(kind, 'acme', spec), assets);
  return problems.map(({ code, path }) => `${code} ${path}`);
}

/** Id, the specs, and the code that refuses each of them. */
type Attempt = readonly [id: string, code: string, specs: readonly object[]];

const egress = (...cidrs: readonly string[]): object[] => cidrs.map((cidr) => ({ egress: [{ cidr, ports }] }));
const port = (...values: readonly unknown[]): object[] =>
  values.map((value) => ({ egress: [{ cidr: '8.8.8.8/32', ports: [value] }] }));
const openclaw = (...values: readonly object[]): object[] => values.map((value) => ({ openclaw: value }));
const config = (...values: readonly object[]): object[] => openclaw(...values.map((value) => ({ config: value })));
const scheduling = (...values: readonly object[]): object[] => values.map((value) => ({ scheduling: value }));
const env = (...names: readonly string[]): object[] => openclaw(...names.map((name) => ({ env: { [name]: 'x' } })));
const credential = (...values: readonly object[]): object[] =>
  values.map((value) => ({ credentials: [{ name: 'a', env: 'A', secretRef, ...value }] }));
const packages = (member: 'plugins' | 'skills', ...names: readonly string[]): object[] =>
  openclaw(...names.map((name) => ({ [member]: [{ name, version: '1.0.0' }] })));
const seeds = (...paths: readonly string[]): object[] =>
  openclaw(...paths.map((path) => ({ workspace: [{ path, content: 'x' }] })));
const images = (...values: readonly string[]): object[] => openclaw(...values.map((image) => ({ image })));
const hosts = (...values: readonly string[]): object[] => values.map((host) => ({ access: { ingress: { host } } }));
const from = (...values: readonly object[]): object[] => values.map((value) => ({ access: { from: [value] } }));
const annotations = (...keys: readonly string[]): object[] =>
  keys.map((key) => ({ access: { ingress: { host: 'a.example.com', annotations: { [key]: 'x' } } } }));

const asTenant: readonly Attempt[] = [
  ['egress-everything', 'egress.not-public', egress(...everything, '128.0.0.0/1', '::fffe:0:0/95', '2000::/3')],
  ['egress-metadata', 'egress.not-public', egress('169.254.169.254/32', 'fd00:ec2::254/128', '168.63.129.16/32')],
  ['egress-carried', 'egress.not-public', egress('64:ff9b::/96', '2002:a00::/24', '2001::/32')],
  ['egress-mapped', 'egress.mapped', egress('::ffff:a00:0/104', '0:0:0:0:0:ffff:a00:0/104')],
  ['egress-mapped-dots', 'schema.pattern', egress('::ffff:10.0.0.0/104', '010.0.0.0/8')],
  ['egress-no-peer', 'schema.required', [{ egress: [{}] }, { egress: [{ to: {}, ports }] }]],
  ['egress-no-ports', 'schema.count', [{ egress: [{ cidr: '8.8.8.8/32', ports: [] }] }]],
  ['egress-namespace', 'egress.namespace', [{ egress: [{ to: { namespace: 'kube-system', podLabels: {} }, ports }] }]],
  ['port-range', 'schema.range', port({ port: 0 }, { port: -1 }, { port: 65536 })],
  ['port-name', 'schema.type', port({ port: 'http' })],
  ['port-end', 'schema.unknown-field', port({ port: 1, endPort: 65535 })],
  ['from-everybody', 'schema.required', from({})],
  ['from-pattern', 'schema.pattern', from({ namespace: '' }, { namespace: '*' })],
  ['from-tenant', 'isolation.tenant-peer', from({ namespace: 'tenant-other' }, { namespace: 'tenant-acme' })],
  [
    'route-tenant',
    'isolation.tenant-peer',
    [{ access: { httpRoute: { host: 'a.example.com', gateway: { name: 'g', namespace: 'tenant-other' } } } }],
  ],
  ['host-wildcard', 'schema.pattern', hosts('*.example.com', 'a.example.com/path', 'a.example.com:80')],
  [
    'annotation',
    'access.annotation',
    annotations('nginx.ingress.kubernetes.io/server-snippet', 'external-dns.alpha.kubernetes.io/hostname'),
  ],
  [
    'proxy-everybody',
    'access.wide-proxy',
    everything.map((cidr) => ({ access: { trustedProxy: { proxies: [cidr] } } })),
  ],
  [
    'config-listener',
    'config.owned-key',
    config({ gateway: { bind: 'lan' } }, { gateway: { port: 1 } }, { discovery: {} }),
  ],
  ['config-proxy', 'config.owned-key', config({ proxy: { loopbackMode: 'proxy' } })],
  ['env-loader', 'schema.rule', env('NODE_OPTIONS', 'LD_PRELOAD', 'OPENSSL_CONF', 'JITI_ALIAS', 'node_options')],
  ['env-ours', 'schema.rule', env('OPENCLAW_STATE_DIR', 'CELLWRIGHT_PACKAGES', 'HOME', 'TMP', 'XDG_CONFIG_HOME')],
  ['env-program', 'schema.rule', env('AWS_CONFIG_FILE', 'GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', 'BASH_ENV')],
  ['env-form', 'schema.rule', env('A=B', '1A', '')],
  [
    'credential-variable',
    'schema.rule',
    credential({ env: 'NODE_OPTIONS' }, { env: 'MALLOC_ARENA_MAX' }, { env: 'CELLWRIGHT_CREDENTIAL_VERSIONS' }),
  ],
  [
    'credential-path',
    'schema.pattern',
    credential({ secretRef: { name: '../kube-system/x', key: 'a' } }, { secretRef: { name: 'a', key: '..' } }),
  ],
  ['plugin-path', 'schema.pattern', packages('plugins', '../evil', 'https://x/y.tgz', '--registry=http://x', '@a/..')],
  ['plugin-guard', 'isolation.guard-name', packages('plugins', 'cellwright-guard', '@evil/cellwright-guard')],
  ['skill-path', 'schema.pattern', packages('skills', 'a/../../b', '/etc')],
  ['seed-path', 'schema.pattern', seeds('../../x', '/etc/passwd', '.openclaw/openclaw.json', 'a/../b', 'a//b')],
  [
    'image-registry',
    'profile.image',
    images(
      'evil.example.com/openclaw/openclaw:1',
      'ghcr.io/openclaw/openclaw-evil:1',
      'ghcr.io:443/openclaw/openclaw:1',
    ),
  ],
  ['image-form', 'schema.pattern', images('ghcr.io/openclaw/openclaw:1\nx', 'ghcr.io/openclaw/../evil:1')],
  [
    'nodes-of-the-cluster',
    'isolation.control-plane',
    scheduling(
      { tolerations: [{ operator: 'Exists' }] },
      { tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] },
      { nodeSelector: { 'node-role.kubernetes.io/control-plane': '' } },
    ),
  ],
  ['priority-of-the-cluster', 'isolation.system-priority', scheduling({ priorityClassName: 'system-node-critical' })],
  ['url-userinfo', 'schema.pattern', openclaw({ mcpServers: [{ name: 'm', url: 'https://user:pw@a.b/' }] })],
];

const asProfile: readonly Attempt[] = [
  [
    'profile-egress-everything',
    'isolation.wide-block',
    everything.map((cidr) => ({ defaults: { egress: [{ cidr, ports }] } })),
  ],
  [
    'profile-dns-everything',
    'isolation.wide-block',
    everything.map((cidr) => ({ network: { dns: { cidrs: [cidr] } } })),
  ],
  [
    'profile-egress-closed',
    'isolation.wide-block',
    [
      { network: { denyCIDRs: ['10.5.0.0/16'] }, defaults: { egress: [{ cidr: '10.0.0.0/8', ports }] } },
      { network: { denyCIDRs: ['10.5.0.0/16'], dns: { cidrs: ['10.4.0.0/15'] } } },
      { network: { denyCIDRs: ['fd00:ec2::/32'] }, defaults: { egress: [{ cidr: 'fc00::/7', ports }] } },
      // fc00::/7, fe80::/10 and ff00::/8 lie in what is not 2000::/3.
      ...['8000::/1', 'fc00::/6', '::/3'].map((cidr) => ({ defaults: { egress: [{ cidr, ports }] } })),
    ],
  ],
  [
    'profile-tenant',
    'isolation.tenant-peer',
    [
      { access: { from: [{ namespace: 'tenant-x' }] } },
      { monitoring: { from: { namespace: 'tenant-x' } } },
      { network: { dns: { pods: { namespace: 'tenant-x' } } } },
      { network: { egressNamespaces: ['tenant-x'] } },
      { defaults: { egress: [{ to: { namespace: 'tenant-x' }, ports }] } },
    ],
  ],
  [
    'profile-guard',
    'isolation.guard-name',
    [{ defaults: { plugins: [{ name: 'cellwright-guard', version: '1.0.0' }] } }],
  ],
  ['profile-config', 'config.owned-key', [{ fixed: { config: { proxy: { loopbackMode: 'block' } } } }]],
  ['profile-images', 'schema.pattern', [{ images: { allowed: ['/'] } }, { images: { allowed: ['ghcr.io/acme'] } }]],
];

describe.each([
  ['TenantGateway', asTenant],
  ['GatewayProfile', asProfile],
] as const)('a hostile %s', (kind, attempts) => {
  test.each(attempts)('%s is refused: %s', (_id, code, specs) => {
    expect(specs.map((spec) => judge(kind, spec).map((problem) => problem.split(' ')[0]))).toEqual(
      specs.map((): unknown => expect.arrayContaining([code])),
    );
  });
});

// Refused nowhere, because what would be reached is closed by something else: the flows, the pod, the namespace.
const held: readonly (readonly [id: string, specs: readonly object[]])[] = [
  [
    'url-inside',
    openclaw(
      ...['http://169.254.169.254/latest', 'https://kubernetes.default.svc/api', 'http://127.0.0.1:8181/v1/data'].map(
        (url) => ({
          mcpServers: [{ name: 'm', url }],
        }),
      ),
    ),
  ],
  ['channel-listener', config({ channels: { telegram: { webhookHost: '0.0.0.0', webhookPort: 8787 } } })],
  ['proxy-variables', env('HTTP_PROXY', 'https_proxy', 'NO_PROXY')],
  ['credential-token', credential({ secretRef: { name: 'gateway-token-0a1b2c', key: 'token' } })],
  ['ceiling-everything', [{ policy: { egress: { allow: everything } } }]],
  ['node-by-name', scheduling({ nodeSelector: { 'kubernetes.io/hostname': 'node-7' } }, { runtimeClassName: 'runc' })],
];

test.each(held)('%s passes here and is held elsewhere', (_id, specs) => {
  expect(specs.map((spec) => judge('TenantGateway', spec))).toEqual(specs.map(() => []));
});

test('a profile that closes one address more leaves the others closed', () => {
  const closing = inputOf({
    tenant: { egress: [{ cidr: '10.0.0.1/32', ports }] },
    profile: { network: { denyCIDRs: ['8.8.8.8/32'] } },
  });
  expect(checkTenant({ ...closing, assets }).map(({ code }) => code)).toEqual(['egress.not-public']);
});

test('a profile says which annotations and nodes are for its tenants', () => {
  const spec = { access: { ingress: { host: 'a.example.com', annotations: { 'example.com/timeout': '60' } } } };
  const profile = { access: { ingressAnnotations: ['example.com/timeout'] } };
  expect(checkTenant({ ...inputOf({ tenant: spec, profile }), assets })).toEqual([]);
  const pool = { defaults: { scheduling: { tolerations: [{ operator: 'Exists' }] } } };
  expect(checkTenant({ ...inputOf({ profile: pool }), assets })).toEqual([]);
  const locked = { fixed: { fields: ['scheduling.runtimeClassName'] } };
  const weaker = inputOf({ tenant: { scheduling: { runtimeClassName: 'runc' } }, profile: locked });
  expect(checkTenant({ ...weaker, assets }).map(({ path }) => path)).toEqual(['spec.scheduling.runtimeClassName']);
});

test('every attempt stands in the documentation, and no other', () => {
  const text = readFileSync('docs/security-isolation.md', 'utf8');
  const section = text.slice(text.indexOf('## Specs that were tried'));
  const ids = [...section.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) +\|/gm)].flatMap(([, cell]) =>
    (cell ?? '').split(', ').map((id) => id.replaceAll('`', '')),
  );
  expect(ids.sort()).toEqual([...asTenant, ...asProfile, ...held].map(([id]) => id).sort());
});
