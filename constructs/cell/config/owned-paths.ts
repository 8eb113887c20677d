/** What Cellwright owns in `openclaw.json`. */

/** Id of the plugin that asks OPA. */
export const guardPluginId = 'cellwright-guard';

/** Paths inside the configuration that Cellwright sets; a fragment that names one of them is refused. */
export const ownedConfigPaths: readonly string[] = [
  'gateway.mode',
  'gateway.bind',
  'gateway.port',
  'gateway.auth',
  'gateway.controlUi',
  'gateway.terminal',
  'gateway.reload',
  'gateway.trustedProxies',
  'gateway.tls',
  'gateway.tailscale',
  'gateway.remote',
  'discovery',
  'update',
  'secrets',
  'logging.file',
  'logging.consoleStyle',
  'plugins.allow',
  'plugins.deny',
  'plugins.enabled',
  'plugins.load',
  'plugins.slots',
  `plugins.entries.${guardPluginId}`,
  'tools.elevated',
  'env',
  'telemetry',
];
