/** What lies under a tenant's fragment of `openclaw.json`. */
import type { GatewayProfileSpec } from '../../api/types.gen.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { mergeFragments } from '../settings/merge.ts';
import { channelConfig } from './credential-env.ts';

/** Defaults under every fragment: quieter than upstream's own, yet a profile or tenant may ask for others. */
const defaults: Readonly<Record<string, unknown>> = {
  // The image brings no browser, and jobs that wake the agent are asked for by those who want them.
  browser: { enabled: false },
  cron: { enabled: false },
};

/** Our defaults, the profile's, and what credentials and MCP servers ask for; a tenant's fragment goes over it. */
export function underTenant(settings: CellSettings, profile: GatewayProfileSpec): Record<string, unknown> {
  return mergeFragments(
    defaults,
    profile.defaults?.config,
    { channels: channelConfig(settings.credentials) },
    mcpConfig(settings),
  );
}

function mcpConfig({ mcpServers }: CellSettings): Record<string, unknown> {
  const servers = mcpServers.map(
    ({ name, url, transport }) => [name, { url, transport: transport ?? 'streamable-http' }] as const,
  );
  return servers.length === 0 ? {} : { mcp: { servers: Object.fromEntries(servers) } };
}
