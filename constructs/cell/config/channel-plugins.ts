/** Which plugins a cell may load: ids that something is installed under, and no others. */
import type { CellSettings } from '../settings/cell-settings.ts';

/** Channels that are part of OpenClaw itself; the others are plugins from npm. */
const bundledChannels: readonly string[] = ['telegram'];

/** OpenClaw names a plugin by the last part of its package: `@openclaw/discord` is `discord`. */
export function pluginId(packageName: string): string {
  return packageName.slice(packageName.lastIndexOf('/') + 1);
}

/** Whether a channel's code is in the cell. */
export function hasChannel(channel: string, plugins: CellSettings['plugins']): boolean {
  return bundledChannels.includes(channel) || plugins.some(({ name }) => pluginId(name) === channel);
}

/**
 * Ids of the plugins that credentials and packages bring. An id that nothing is installed under stays away: a plugin of
 * that name which the agent writes into its workspace would be loaded at the next start.
 */
export function pluginIds({ credentials, plugins }: Pick<CellSettings, 'credentials' | 'plugins'>): string[] {
  const channels = credentials.flatMap(({ channel }) =>
    channel !== undefined && hasChannel(channel, plugins) ? [channel] : [],
  );
  return [...channels, ...plugins.map(({ name }) => pluginId(name))];
}
