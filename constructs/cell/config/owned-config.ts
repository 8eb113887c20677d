/**
 * What Cellwright sets in `openclaw.json`, over every fragment. Each key either makes the gateway fit its pod or closes a
 * way around the guard (docs/security.md names them one by one).
 */
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../api/types.gen.ts';
import { gatewayPort } from '../../api/kinds/access.ts';
import { applicableBundles } from '../../policy/levels.ts';
import type { Named } from '../../synth/tenant-input.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { opaPort } from '../workload/opa-container.ts';
import { credentialsDirectory, guardDirectory, opaTokenPath, stateDirectory } from '../workload/volumes.ts';
import { pluginIds } from './channel-plugins.ts';

/** Id of the plugin that asks OPA. */
export const guardPluginId = 'cellwright-guard';

/** What decides the configuration. */
export interface GatewayConfigProps {
  readonly settings: CellSettings;
  readonly tenant: TenantGatewaySpec;
  readonly profile: GatewayProfileSpec;
  readonly bundles: readonly Named<PolicyBundleSpec>[];
  readonly policyRevision: string;
}

/** Tools that change the gateway itself; a read-only configuration does not stop all of them (cron jobs, for one). */
const selfChangingTools = [
  'gateway',
  'plugins',
  'openclaw',
  'automations',
  'cron',
  'nodes',
  'secrets',
  'skill_workshop',
  'terminal',
];

/** The keys that Cellwright owns, with their values. */
export function ownedConfig(props: GatewayConfigProps): Record<string, unknown> {
  const { settings } = props;
  return {
    ...processPart(),
    gateway: gatewayPart(settings),
    plugins: pluginsPart(settings, props.policyRevision),
    tools: toolsPart(props),
    // One person's direct messages are not another's context.
    session: { dmScope: 'per-channel-peer' },
    // Commands in chat that change the gateway or run code beside the tools; restart also opens SIGUSR2.
    commands: { bash: false, config: false, debug: false, mcp: false, plugins: false, restart: false },
    // Runs of an external agent program pass neither hook of the guard.
    acp: { enabled: false },
    // Code that OpenClaw finds in folders and runs at events.
    hooks: { internal: { enabled: false } },
    // A proxy for the way out is not asked for OPA.
    proxy: { loopbackMode: 'gateway-only' },
    // Code comes with the pod: a command that always refuses stands where OpenClaw asks before it installs.
    security: { installPolicy: { enabled: true, exec: { source: 'exec', command: '/usr/bin/false' } } },
    // It would fetch the list of models from outside at each start.
    models: { catalogRefresh: { enabled: false } },
  };
}

function processPart(): Record<string, unknown> {
  return {
    diagnostics: { enabled: true },
    discovery: { mdns: { mode: 'off' } },
    update: { checkOnStart: false },
    logging: { file: `${stateDirectory}/logs/gateway.log`, consoleStyle: 'json', maxFileBytes: 33554432 },
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

function pluginsPart(settings: CellSettings, revision: string): Record<string, unknown> {
  return {
    enabled: true,
    allow: [...new Set([guardPluginId, ...pluginIds(settings)])],
    load: { paths: [guardDirectory] },
    entries: {
      [guardPluginId]: {
        enabled: true,
        // Without it OpenClaw drops the hooks around runs and models without a word.
        hooks: { allowConversationAccess: true },
        config: {
          tenant: settings.tenant,
          opaUrl: `http://127.0.0.1:${opaPort}`,
          tokenFile: opaTokenPath,
          revision,
          credentialsFolder: credentialsDirectory,
        },
      },
    },
  };
}

function toolsPart({ tenant, bundles }: GatewayConfigProps): Record<string, unknown> {
  const speaks = mayAddressAgents(tenant, bundles);
  return {
    deny: selfChangingTools,
    elevated: { enabled: false },
    // Read and write end at the workspace: beside it lie the credentials and the token of OPA.
    fs: { workspaceOnly: true },
    exec: { applyPatch: { workspaceOnly: true } },
    // Both would hide calls in a program that runs inside the gateway ("not a security boundary", says its own page).
    codeMode: false,
    toolSearch: false,
    message: { crossContext: { allowAcrossProviders: false }, broadcast: { enabled: false } },
    agentToAgent: { enabled: speaks },
    sessions: { visibility: speaks ? 'all' : 'self' },
  };
}

/** Whether some level that decides allows agents to be addressed; which ones, OPA says call by call. */
function mayAddressAgents(tenant: TenantGatewaySpec, bundles: readonly Named<PolicyBundleSpec>[]): boolean {
  const enforced = applicableBundles(tenant, bundles).filter(({ spec }) => spec.enforcement !== 'Audit');
  return [...enforced.map(({ spec }) => spec.rules), tenant.policy].some(
    (rules) => (rules?.agents?.allow ?? []).length > 0,
  );
}
