/** Plugins that would take the place of the guard. */
import type { Problem } from '../api/problem.ts';
import { pluginId } from '../cell/config/channel-plugins.ts';
import { guardPluginId } from '../cell/config/owned-config.ts';
import type { NpmPackage } from '../cell/settings/cell-settings.ts';

/** Plugins whose id, the last part of the package's name, is that of the guard. */
export function guardNameProblems(path: string, from: { readonly plugins?: readonly NpmPackage[] } = {}): Problem[] {
  return (from.plugins ?? []).flatMap(({ name }, index) =>
    pluginId(name) === guardPluginId
      ? [
          {
            code: 'isolation.guard-name',
            path: `${path}.plugins[${index}].name`,
            message: `OpenClaw would know ${name} as ${guardPluginId}, which is the plugin that asks OPA`,
            fix: 'give the package another name',
          },
        ]
      : [],
  );
}
