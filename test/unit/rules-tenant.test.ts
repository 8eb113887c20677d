import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { inputOf } from './rules-input.ts';

/** `code path` of each problem. */
function problems(input: Parameters<typeof inputOf>[0]): string[] {
  return checkTenant(inputOf(input)).map(({ code, path }) => `${code} ${path}`);
}

const secretRef = { name: 'keys', key: 'token' };
const open = { fixed: { fields: [] } };

describe('a tenant under its profile', () => {
  test('is fine when it asks for nothing', () => {
    expect(problems({})).toEqual([]);
  });

  test('cannot set what the profile keeps, images and code by default', () => {
    const openclaw = { image: 'ghcr.io/openclaw/openclaw:2026.9.6', plugins: [{ name: 'p', version: '1.0.0' }] };
    expect(problems({ tenant: { openclaw } })).toEqual([
      'profile.fixed-field spec.openclaw.image',
      'profile.fixed-field spec.openclaw.plugins',
    ]);
    expect(problems({ tenant: { openclaw }, profile: open })).toEqual([]);
    const locked = { fixed: { fields: ['egress', 'storage.className', 'access.ingress'] } };
    expect(problems({ tenant: { storage: { size: '1Gi' } }, profile: locked })).toEqual([]);
    expect(problems({ tenant: { storage: { className: 'fast' } }, profile: locked })).toEqual([
      'profile.fixed-field spec.storage.className',
    ]);
  });

  test('cannot ask for more than the ceilings', () => {
    const profile = { limits: { cpu: '2', memory: '2Gi', storage: '10Gi', replicas: 1 } };
    const tenant = ([cpu, memoryLimit, size]: readonly string[], replicas: number): object => ({
      resources: { cpu, memoryLimit },
      storage: { size },
      replicas,
    });
    expect(problems({ tenant: tenant(['2000m', '2048Mi', '10Gi'], 1), profile })).toEqual([]);
    expect(problems({ tenant: tenant(['2001m', '2049Mi', '11Gi'], 2), profile })).toEqual([
      'profile.limit spec.resources.cpu',
      'profile.limit spec.resources.memoryLimit',
      'profile.limit spec.storage.size',
      'profile.limit spec.replicas',
    ]);
  });

  test('gets memory with which OpenClaw starts, and a request under its limit', () => {
    expect(problems({ tenant: { resources: { memory: '512Mi', memoryLimit: '1023Mi' } } })).toEqual([
      'resources.memory-too-small spec.resources.memoryLimit',
    ]);
    expect(problems({ tenant: { resources: { memory: '2Gi' } } })).toEqual([
      'resources.memory-order spec.resources.memory',
    ]);
  });

  test.each([
    ['ghcr.io/openclaw/openclaw:2026.9.6', []],
    ['ghcr.io/openclaw/openclaw-evil:2026.9.6', ['profile.image']],
    ['ghcr.io/openclaw/openclaw', ['profile.image', 'image.floating']],
    ['docker.io/openclaw/openclaw:2026.9.6', ['profile.image']],
  ])('runs the profile’s repository only: %s', (image, expected) => {
    expect(checkTenant(inputOf({ tenant: { openclaw: { image } }, profile: open })).map(({ code }) => code)).toEqual(
      expected,
    );
  });

  test('cannot set one environment variable twice', () => {
    const credentials = [
      { name: 'a', provider: 'openai', secretRef },
      { name: 'b', env: 'OPENAI_API_KEY', secretRef },
      { name: 'c', env: 'REGION', secretRef },
    ];
    expect(problems({ tenant: { credentials, openclaw: { env: { REGION: 'eu' } } } })).toEqual([
      'credentials.variable-twice spec.credentials[1]',
      'credentials.variable-twice spec.credentials[2]',
    ]);
  });

  test('does not let replicas steal messages of a channel that the profile brings', () => {
    const profile = { defaults: { credentials: [{ name: 'bot', channel: 'telegram', secretRef }] } };
    const tenant = { replicas: 2, separateMemories: true };
    expect(problems({ tenant, profile })).toEqual(['credentials.single-consumer spec.replicas']);
    expect(problems({ profile })).toEqual([]);
    const other = { ...tenant, credentials: [{ name: 'bot', channel: 'msteams', secretRef }] };
    const plugins = {
      defaults: { ...profile.defaults, plugins: [{ name: '@openclaw/msteams', version: '2026.9.5' }] },
    };
    expect(problems({ tenant: other, profile: plugins })).toEqual([]);
  });

  test('installs the plugin of a channel that it has a credential for', () => {
    const tenant = { credentials: [{ name: 'bot', channel: 'slack', secretRef }] };
    expect(problems({ tenant })).toEqual(['credentials.channel-plugin spec.credentials[0]']);
    const plugins = [{ name: '@openclaw/slack', version: '2026.9.6' }];
    expect(problems({ tenant, profile: { defaults: { plugins } } })).toEqual([]);
  });

  test('has a host when it asks for a route', () => {
    expect(problems({ tenant: { access: { ingress: {} } } })).toEqual(['access.host-missing spec.access.ingress.host']);
    const profile = { access: { hostTemplate: '{tenant}.{organization}.example.com' } };
    expect(problems({ tenant: { access: { ingress: {} } }, profile })).toEqual([]);
    const long = { access: { hostTemplate: `{tenant}${'-x'.repeat(40)}.example.com` } };
    expect(problems({ tenant: { access: { ingress: {} } }, profile: long })).toEqual([
      'access.host-form spec.access.ingress.host',
    ]);
  });

  test('fits into its ConfigMaps', () => {
    const workspace = Array.from({ length: 16 }, (_, index) => ({ path: `f${index}.md`, content: 'ä'.repeat(20_000) }));
    expect(problems({ tenant: { openclaw: { workspace } } })).toEqual(['workspace.too-large spec.openclaw.workspace']);
    const senders = Array.from({ length: 2000 }, (_, index) => `telegram:${String(index).padStart(240, '0')}`);
    const bundles = { one: { rules: { senders: { allow: senders } } }, two: { rules: { senders: { deny: senders } } } };
    expect(problems({ bundles })).toEqual(['policy.too-large spec.policy']);
  });

  test('keeps a policy that is small once it is compressed, since every tenant has a copy', () => {
    const named = (name: (index: number) => string): string[] =>
      problems({
        bundles: { one: { rules: { senders: { allow: Array.from({ length: 2000 }, (_, i) => name(i)) } } } },
      });
    expect(named((index) => `telegram:${String(index).padStart(60, '0')}`)).toEqual([]);
    const unlike = (index: number): string => createHash('sha256').update(String(index)).digest('hex');
    expect(named(unlike)).toEqual(['policy.too-large spec.policy']);
  });
});

describe('a fragment of openclaw.json', () => {
  const config = (fragment: object): string[] => problems({ tenant: { openclaw: { config: fragment } } });

  test('cannot set what Cellwright owns', () => {
    expect(config({ gateway: { auth: { mode: 'none' }, port: 1 }, agents: {} })).toEqual([
      'config.owned-key spec.openclaw.config.gateway.auth',
      'config.owned-key spec.openclaw.config.gateway.port',
    ]);
  });

  test('cannot set what its profile may', () => {
    const cron = { enabled: true };
    // Where it is the platform's to say, the field of the spec has its own right.
    const mcp = { servers: { search: { url: 'https://mcp.example.com/mcp' } } };
    expect(config({ cron, approvals: { plugin: { enabled: true } }, mcp })).toEqual(
      expect.arrayContaining([
        'config.platform-key spec.openclaw.config.approvals',
        'config.platform-key spec.openclaw.config.cron',
        'config.platform-key spec.openclaw.config.mcp.servers',
      ]),
    );
    expect(problems({ profile: { defaults: { config: { cron, mcp } } } })).toEqual([]);
  });

  test('cannot open for one agent, channel or account what is closed for all', () => {
    const tools = { fs: { workspaceOnly: false }, elevated: { enabled: true }, exec: { mode: 'deny' } };
    const channels = { telegram: { configWrites: true, accounts: { second: { configWrites: true } } } };
    const models = { providers: { mine: { models: [{ id: 'm', agentRuntime: { id: 'codex' } }] } } };
    expect(config({ models })).toEqual([
      'config.owned-key spec.openclaw.config.models.providers.mine.models[0].agentRuntime',
      expect.stringMatching(/^config\./),
    ]);
    expect(config({ agents: { entries: { clerk: { tools } } }, channels })).toEqual([
      'config.owned-key spec.openclaw.config.agents.entries.clerk.tools.elevated',
      'config.owned-key spec.openclaw.config.agents.entries.clerk.tools.fs',
      'config.owned-key spec.openclaw.config.channels.telegram.accounts.second.configWrites',
      'config.owned-key spec.openclaw.config.channels.telegram.configWrites',
    ]);
  });

  test('cannot carry a secret in clear, but a reference to one', () => {
    expect(config({ channels: { telegram: { botToken: '123:abc' }, list: [{ apiKey: 'x' }] } })).toEqual([
      'config.literal-secret spec.openclaw.config.channels.telegram.botToken',
      'config.literal-secret spec.openclaw.config.channels.list[0].apiKey',
    ]);
    const reference = { source: 'env', provider: 'default', id: 'TELEGRAM_BOT_TOKEN' };
    expect(
      config({ channels: { a: { botToken: reference }, b: { botToken: '${B_TOKEN}' }, c: { maxTokens: 5 } } }),
    ).toEqual([]);
  });

  test('is checked against the schema of its version', () => {
    expect(config({ agnets: {} })).toEqual(['config.unknown-key spec.openclaw.config.agnets']);
  });

  test('is refused where the schema of its version is not known', () => {
    const input = inputOf({ tenant: { openclaw: { config: { agents: {} } } } });
    const assets = { ...input.assets, configSchema: () => undefined };
    expect(checkTenant({ ...input, assets }).map(({ code }) => code)).toEqual(['config.no-schema']);
  });
});
