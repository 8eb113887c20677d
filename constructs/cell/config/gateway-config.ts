/** `openclaw.json` of a cell: what profile and tenant ask for, under what Cellwright owns. */
import { sortKeys } from '../../synth/order.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { mergeFragments } from '../settings/merge.ts';
import { underTenant } from './fragments.ts';
import { ownedConfig } from './owned-config.ts';
import type { GatewayConfigProps } from './owned-config.ts';

/** The whole configuration, keys sorted, as text. Order of precedence: profile defaults, tenant, profile fixed, Cellwright. */
export function gatewayConfig(props: GatewayConfigProps): string {
  const { settings, tenant, profile } = props;
  const asked = mergeFragments(underTenant(settings, profile), tenant.openclaw?.config, profile.fixed?.config);
  const all = mergeFragments(asked, closedChannels(asked), ownRuntime(asked, settings), ownedConfig(props));
  return `${JSON.stringify(sortKeys(all), null, 2)}\n`;
}

type Fragment = Readonly<Record<string, unknown>>;

/** No chat may write the configuration, whichever channels are configured; OpenClaw's own default is that it may. */
function closedChannels({ channels }: Fragment): Fragment {
  const names = keysOf(channels).filter((name) => !sharedChannelKeys.includes(name));
  return names.length === 0 ? {} : { channels: forEach(names, { configWrites: false }) };
}

/** Members of `channels` that are no channel. */
const sharedChannelKeys = ['defaults', 'modelByChannel'];

/**
 * Every provider's models run inside the gateway. OpenAI's own would run in Codex, which OpenClaw fetches from npm at the
 * start and which asks no hook before a run.
 */
function ownRuntime({ models }: Fragment, { credentials }: CellSettings): Fragment {
  const { mode, providers } = (models ?? {}) as { readonly mode?: unknown; readonly providers?: unknown };
  // With `replace` there are no providers but those that are written down.
  const known = mode === 'replace' ? [] : ['openai', ...credentials.flatMap(({ provider }) => provider ?? [])];
  const names = [...new Set([...keysOf(providers), ...known])];
  return { models: { providers: forEach(names, { agentRuntime: { id: 'openclaw' } }) } };
}

function keysOf(value: unknown): string[] {
  return value !== null && typeof value === 'object' ? Object.keys(value) : [];
}

function forEach(names: readonly string[], value: Fragment): Fragment {
  return Object.fromEntries(names.map((name) => [name, value]));
}
