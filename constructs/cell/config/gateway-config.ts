/** `openclaw.json` of a cell: what profile and tenant ask for, under what Cellwright owns. */
import { sortKeys } from '../../synth/order.ts';
import { mergeFragments } from '../settings/merge.ts';
import { underTenant } from './fragments.ts';
import { ownedConfig } from './owned-config.ts';
import type { GatewayConfigProps } from './owned-config.ts';

/** The whole configuration, keys sorted, as text. Order of precedence: profile defaults, tenant, profile fixed, Cellwright. */
export function gatewayConfig(props: GatewayConfigProps): string {
  const { settings, tenant, profile } = props;
  const asked = mergeFragments(underTenant(settings, profile), tenant.openclaw?.config, profile.fixed?.config);
  return `${JSON.stringify(sortKeys(mergeFragments(asked, closedChannels(asked), ownedConfig(props))), null, 2)}\n`;
}

/** No chat may write the configuration, whichever channels are configured; OpenClaw's own default is that it may. */
function closedChannels({ channels }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys((channels as object | undefined) ?? {}).filter((name) => !sharedChannelKeys.includes(name));
  return names.length === 0
    ? {}
    : { channels: Object.fromEntries(names.map((name) => [name, { configWrites: false }])) };
}

/** Members of `channels` that are no channel. */
const sharedChannelKeys = ['defaults', 'modelByChannel'];
