/** The volumes of a gateway pod and where they are mounted: one list, so that a mount cannot name a volume that is not there. */
import { k8s } from 'cdk8s-plus-28';
import { sharedPart, SharedParts } from '../plain.ts';
import type { HashedConfigMap } from '../config/hashed-config-map.ts';

/** Home of the gateway's state, as the OpenClaw image has it. */
export const stateDirectory = '/home/node/.openclaw';
/** Where `openclaw.json` is mounted. */
export const configPath = '/etc/cellwright/openclaw/openclaw.json';
/** Where the guard plugin is mounted. */
export const guardDirectory = '/opt/cellwright/guard';
/** Token with which the guard speaks to OPA; made anew for each pod. */
export const opaTokenPath = '/run/cellwright/opa-token';

/** Credentials as files, named like the variables that carry them, so that the guard sees when one changes. */
export const credentialsDirectory = '/run/cellwright-credentials';

/** Name of the claim template; the claims are `state-gateway-0` and so on. */
export const stateClaim = 'state';

/** Mounts that containers share. */
export const mounts = {
  /** Whole volume, for the step that makes the folders inside. */
  volume: { name: stateClaim, mountPath: '/volume' },
  /** A folder of the volume: OpenClaw refuses a volume root that root owns (`fchmod` EPERM). */
  state: { name: stateClaim, mountPath: stateDirectory, subPath: 'state' },
  config: { name: 'config', mountPath: '/etc/cellwright/openclaw', readOnly: true },
  workspace: { name: 'workspace', mountPath: '/etc/cellwright/workspace', readOnly: true },
  policy: { name: 'policy', mountPath: '/policies', readOnly: true },
  capabilities: { name: 'capabilities', mountPath: '/capabilities', readOnly: true },
  scratch: { name: 'scratch', mountPath: '/scratch' },
  /** A folder of the scratch volume with the sticky bit, which the root of an emptyDir lacks. */
  tmp: { name: 'scratch', mountPath: '/tmp', subPath: 'tmp' },
  runtime: { name: 'runtime', mountPath: '/runtime' },
  runtimeToken: { name: 'runtime', mountPath: '/run/cellwright', subPath: 'guard', readOnly: true },
  credentials: { name: 'credentials', mountPath: credentialsDirectory, readOnly: true },
  runtimeOpaData: { name: 'runtime', mountPath: '/run/opa', subPath: 'opa', readOnly: true },
} as const satisfies Record<string, k8s.VolumeMount>;

/** ConfigMaps that a pod mounts. */
export interface CellConfigMaps {
  readonly config: HashedConfigMap;
  readonly policy: HashedConfigMap;
  readonly guard: HashedConfigMap;
  /** Only when the tenant seeds its workspace. */
  readonly workspace: HashedConfigMap | undefined;
}

/** An environment variable that a Secret's key fills. */
export interface SecretVariable {
  readonly variable: string;
  readonly secret: { readonly name: string; readonly key: string };
}

/** Key under which the list of OPA built-ins lies in the policy ConfigMap. */
export const capabilitiesKey = 'capabilities.json';

/** The pod's volumes beside the claim. */
export function podVolumes(
  { config, policy, guard, workspace }: CellConfigMaps,
  credentials: readonly SecretVariable[],
): k8s.Volume[] {
  return [
    credentialsVolume(credentials),
    configMapVolume('config', config, config.keys),
    configMapVolume(
      'policy',
      policy,
      policy.keys.filter((key) => key !== capabilitiesKey),
    ),
    ...(hasCapabilities(policy) ? [configMapVolume('capabilities', policy, [capabilitiesKey])] : []),
    configMapVolume('guard', guard, guard.keys),
    ...(workspace === undefined ? [] : [configMapVolume('workspace', workspace, workspace.keys)]),
    ...emptyFolders,
  ];
}

/**
 * A Secret that is not there yet does not hold the volume up: the container says which one is missing, since its
 * environment names the same ones.
 */
function credentialsVolume(credentials: readonly SecretVariable[]): k8s.Volume {
  const sources = credentials.map(({ variable, secret: { name, key } }) => ({
    secret: { name, items: [{ key, path: variable }], optional: true },
  }));
  return { name: 'credentials', projected: { defaultMode: 0o440, sources } };
}

const emptyFolders: k8s.Volume[] = [
  sharedPart({ name: 'runtime', emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('1Mi') } }),
  // OpenClaw's own log is set elsewhere; this is for tools.
  sharedPart({ name: 'scratch', emptyDir: { sizeLimit: k8s.Quantity.fromString('1Gi') } }),
];

/** Whether the policy brings free Rego, which is checked against the list of built-ins before OPA loads it. */
export function hasCapabilities({ keys }: HashedConfigMap): boolean {
  return keys.includes(capabilitiesKey);
}

/** Keys are listed one by one: a key that somebody adds to the ConfigMap before it is ours never reaches a pod. */
function configMapVolume(name: string, { name: configMap }: HashedConfigMap, keys: readonly string[]): k8s.Volume {
  const items = itemLists.of(keys.join('/'), () => keys.map((key) => ({ key, path: key })));
  return { name, configMap: { name: configMap, defaultMode: 0o444, items } };
}

const itemLists = new SharedParts<k8s.KeyToPath[]>();

/**
 * Mounts, and after them the guard's files, mounted one by one: OpenClaw does not load a plugin from the root of a
 * ConfigMap volume, whose files are links in a world-writable folder, and would then run ungated.
 */
export function withGuard(
  others: readonly k8s.VolumeMount[],
  { keys }: HashedConfigMap,
  files: readonly string[],
): k8s.VolumeMount[] {
  return mountLists.of(JSON.stringify([others, keys.join('/'), files]), () => [
    ...others,
    ...keys
      .filter((key) => files.includes(guardPath(key)) || (files.includes(plugin) && !isScript(key)))
      .map((key) => ({
        name: 'guard',
        mountPath: `${guardDirectory}/${guardPath(key)}`,
        subPath: key,
        readOnly: true,
      })),
  ]);
}

/** Stands for every file of the plugin; what lies below `pod/` are scripts of the pod's steps, named one by one. */
const plugin = '*';
/** Files of the guard that OpenClaw loads. */
export const pluginFiles: readonly string[] = [plugin];

function isScript(key: string): boolean {
  return guardPath(key).startsWith('pod/');
}

const mountLists = new SharedParts<k8s.VolumeMount[]>();

/** ConfigMap keys have no slashes: `pod/prepare.js` is kept as `pod__prepare.js`. */
export function guardKey(path: string): string {
  return path.replaceAll('/', '__');
}

function guardPath(key: string): string {
  return key.replaceAll('__', '/');
}
