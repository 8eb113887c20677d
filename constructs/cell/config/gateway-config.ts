/** `openclaw.json` of a cell: what profile and tenant ask for, under what Cellwright owns. */
import { gatewayPort } from '../../api/kinds/access.ts';
import type { GatewayProfileSpec, TenantGatewaySpec } from '../../api/types.gen.ts';
import { sortKeys } from '../../synth/order.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { mergeFragments } from '../settings/merge.ts';
import { guardDirectory, opaTokenPath, stateDirectory } from '../workload/volumes.ts';
import { opaPort } from '../workload/opa-container.ts';
import { underTenant } from './fragments.ts';
import { guardPluginId } from './owned-paths.ts';

/** What decides the configuration. */
export interface GatewayConfigProps {
  readonly settings: CellSettings;
  readonly tenant: TenantGatewaySpec;
  readonly profile: GatewayProfileSpec;
  readonly policyRevision: string;
}

/** The whole configuration, keys sorted, as text. Order of precedence: profile defaults, tenant, profile fixed, Cellwright. */
export function gatewayConfig(props: GatewayConfigProps): string {
  const { settings, tenant, profile } = props;
  const merged = mergeFragments(
    underTenant(settings, profile),
    tenant.openclaw?.config,
    profile.fixed?.config,
    owned(props),
  );
  return `${JSON.stringify(sortKeys(merged), null, 2)}\n`;
}

function owned({ settings, policyRevision }: GatewayConfigProps): Record<string, unknown> {
  return {
    gateway: gatewayPart(settings),
    discovery: { mdns: { mode: 'off' } },
    update: { checkOnStart: false },
    logging: { file: `${stateDirectory}/logs/gateway.log`, consoleStyle: 'json', maxFileBytes: 33554432 },
    tools: { elevated: { enabled: false } },
    plugins: pluginsPart(settings, policyRevision),
  };
}

function gatewayPart({ access }: CellSettings): Record<string, unknown> {
  const token = { source: 'env', provider: 'default', id: 'OPENCLAW_GATEWAY_TOKEN' };
  const { trustedProxy } = access;
  return {
    mode: 'local',
    bind: 'lan',
    port: gatewayPort,
    auth:
      trustedProxy === undefined
        ? { mode: 'token', token }
        : { mode: 'trusted-proxy', token, trustedProxy: { userHeader: trustedProxy.userHeader ?? 'x-forwarded-user' } },
    ...(trustedProxy === undefined ? {} : { trustedProxies: [...trustedProxy.proxies] }),
    controlUi: { enabled: access.controlUi ?? false },
    terminal: { enabled: false },
    // The config is a read-only mount whose change is a new pod; a reload could only half apply it.
    reload: { mode: 'off' },
  };
}

function pluginsPart({ tenant: name, credentials, plugins }: CellSettings, revision: string): Record<string, unknown> {
  const channels = credentials.flatMap(({ channel }) => (channel === undefined ? [] : [channel]));
  const installed = plugins.map((plugin) => pluginId(plugin.name));
  return {
    enabled: true,
    allow: [...new Set([guardPluginId, ...channels, ...installed])],
    load: { paths: [guardDirectory] },
    entries: {
      [guardPluginId]: {
        enabled: true,
        // Without it OpenClaw drops the hooks around runs and models without a word.
        hooks: { allowConversationAccess: true },
        config: { tenant: name, opaUrl: `http://127.0.0.1:${opaPort}`, tokenFile: opaTokenPath, revision },
      },
    },
  };
}

/** OpenClaw names a plugin by the last part of its package: `@openclaw/discord` is `discord`. */
function pluginId(packageName: string): string {
  return packageName.slice(packageName.lastIndexOf('/') + 1);
}
