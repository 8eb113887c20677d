/**
 * Steps before the gateway starts; each is a check or a preparation that the gateway must not be able to skip. What a step
 * prints when it fails is its termination message, which `kubectl describe` shows.
 */
import type { k8s } from 'cdk8s-plus-28';
import type { CellSettings } from '../settings/cell-settings.ts';
import { gatewayEnv } from './gateway-container.ts';
import { containerSecurity } from './security.ts';
import { gatewaySize, prepareSize, resourcesOf } from './sizes.ts';
import { guardDirectory, mounts, pluginFiles, withGuard } from './volumes.ts';
import type { CellConfigMaps } from './volumes.ts';

/** Makes the folders inside the volumes, OPA's token and the workspace seeds (guard/pod/prepare.js). */
export function prepareStep(settings: CellSettings, configMaps: CellConfigMaps): k8s.Container {
  return {
    name: 'prepare',
    image: settings.gatewayImage,
    imagePullPolicy: settings.pullPolicy,
    command: ['node', `${guardDirectory}/pod/prepare.js`],
    resources: resourcesOf(prepareSize),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: containerSecurity,
    volumeMounts: withGuard(
      [
        mounts.volume,
        mounts.scratch,
        mounts.runtime,
        ...(configMaps.workspace === undefined ? [] : [mounts.workspace]),
      ],
      configMaps.guard,
      ['pod/prepare.js'],
    ),
  };
}

/**
 * Installs the tenant's plugins and skills in exact versions (guard/pod/install.js): the gateway itself has a read-only
 * configuration and refuses to. Needs the way to their registries, public HTTPS by default.
 */
export function installStep(settings: CellSettings, configMaps: CellConfigMaps): k8s.Container {
  const packages = { plugins: exact(settings.plugins), skills: exact(settings.skills) };
  return {
    name: 'install',
    image: settings.gatewayImage,
    imagePullPolicy: settings.pullPolicy,
    command: ['node', `${guardDirectory}/pod/install.js`, '/app/openclaw.mjs'],
    env: [...gatewayEnv(settings), { name: 'CELLWRIGHT_PACKAGES', value: JSON.stringify(packages) }],
    resources: resourcesOf(gatewaySize(settings)),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: containerSecurity,
    volumeMounts: withGuard([mounts.state, mounts.tmp], configMaps.guard, ['pod/install.js']),
  };
}

/** Whether a tenant has something to install. */
export function hasPackages({ plugins, skills }: CellSettings): boolean {
  return plugins.length + skills.length > 0;
}

/** Name and version, in this order whatever order they came in: the text is part of the pod. */
function exact(packages: CellSettings['plugins']): { name: string; version: string }[] {
  return packages.map(({ name, version }) => ({ name, version }));
}

/**
 * Asks OpenClaw itself whether the configuration is valid and the guard loads: a plugin that does not load leaves the
 * gateway ready and ungated, so this must fail before it starts (guard/pod/check.js).
 */
export function gatewayCheck(settings: CellSettings, configMaps: CellConfigMaps): k8s.Container {
  return {
    name: 'gateway-check',
    image: settings.gatewayImage,
    imagePullPolicy: settings.pullPolicy,
    command: ['node', `${guardDirectory}/pod/check.js`, '/app/openclaw.mjs'],
    env: gatewayEnv(settings),
    resources: resourcesOf(gatewaySize(settings)),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: containerSecurity,
    volumeMounts: withGuard([mounts.state, mounts.config, mounts.tmp, mounts.runtimeToken], configMaps.guard, [
      ...pluginFiles,
      'pod/check.js',
    ]),
  };
}
