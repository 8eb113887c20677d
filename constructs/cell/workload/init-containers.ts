/** Steps before the gateway starts; each is a check or a preparation that the gateway must not be able to skip. */
import type { k8s } from 'cdk8s-plus-28';
import type { CellSettings } from '../settings/cell-settings.ts';
import { gatewayEnv } from './gateway-container.ts';
import { containerSecurity } from './security.ts';
import { gatewaySize, prepareSize, resourcesOf } from './sizes.ts';
import { guardDirectory, guardMounts, mounts } from './volumes.ts';
import type { CellConfigMaps } from './volumes.ts';

/** Makes the folders inside the volumes, OPA's token and the workspace seeds (guard/pod/prepare.js). */
export function prepareStep(settings: CellSettings, configMaps: CellConfigMaps): k8s.Container {
  return {
    name: 'prepare',
    image: settings.gatewayImage,
    imagePullPolicy: settings.pullPolicy,
    command: ['node', `${guardDirectory}/pod/prepare.js`],
    resources: resourcesOf(prepareSize),
    securityContext: containerSecurity,
    volumeMounts: [
      mounts.volume,
      mounts.scratch,
      mounts.runtime,
      ...(configMaps.workspace === undefined ? [] : [mounts.workspace]),
      ...guardMounts(configMaps.guard),
    ],
  };
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
    securityContext: containerSecurity,
    volumeMounts: [mounts.state, mounts.config, mounts.tmp, mounts.runtimeToken, ...guardMounts(configMaps.guard)],
  };
}
