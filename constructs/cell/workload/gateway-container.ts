/** The gateway container. */
import { k8s } from 'cdk8s-plus-28';
import { gatewayPort } from '../../api/kinds/access.ts';
import { byCodeUnit } from '../../synth/order.ts';
import { bytesOf } from '../../synth/quantity.ts';
import { credentialVariables, credentialVersions } from '../config/credential-env.ts';
import { sharedPart, SharedParts } from '../plain.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { containerSecurity } from './security.ts';
import { gatewaySize, resourcesOf } from './sizes.ts';
import { configPath, mounts, pluginFiles, stateDirectory, withGuard } from './volumes.ts';
import type { CellConfigMaps, SecretVariable } from './volumes.ts';

/** Route of the guard plugin: 200 only when it is loaded and OPA serves the wanted revision. */
export const guardHealthPath = '/cellwright/health';

/** Route of the guard plugin with numbers for Prometheus. */
export const guardMetricsPath = '/cellwright/metrics';

/** Where the token of a gateway is. */
export interface TokenSecret {
  readonly name: string;
  readonly key: string;
}

/** What the gateway container needs beside the settings. */
export interface GatewayContainerProps {
  readonly settings: CellSettings;
  readonly token: TokenSecret;
  readonly configMaps: CellConfigMaps;
}

const probes = {
  // A start takes 13 to 65 s when the CPU is contended; 404 there means that the guard is not loaded.
  startupProbe: probe(guardHealthPath, { periodSeconds: 3, timeoutSeconds: 3, failureThreshold: 100 }),
  readinessProbe: probe(guardHealthPath, { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 }),
  livenessProbe: probe('/healthz', { periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 }),
};

/** The container that runs `openclaw gateway run`. */
export function gatewayContainer({ settings, token, configMaps }: GatewayContainerProps): k8s.Container {
  return {
    name: 'gateway',
    image: settings.gatewayImage,
    imagePullPolicy: settings.pullPolicy,
    command: ['node', '/app/openclaw.mjs', 'gateway', 'run'],
    env: [
      ...gatewayEnv(settings),
      ...secretVariables({ settings, token }).map(({ variable, secret }) => ({
        name: variable,
        valueFrom: { secretKeyRef: { ...secret } },
      })),
      ...credentialVersions(settings.credentials),
    ],
    ports: [{ name: 'gateway', containerPort: gatewayPort, protocol: 'TCP' }],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...probes,
    resources: resourcesOf(gatewaySize(settings)),
    securityContext: containerSecurity,
    volumeMounts: withGuard(
      [mounts.state, mounts.config, mounts.tmp, mounts.runtimeToken, mounts.credentials],
      configMaps.guard,
      pluginFiles,
    ),
  };
}

/** Environment of every container that runs OpenClaw, literals of tenant and profile first, ours last. */
export function gatewayEnv(settings: CellSettings): k8s.EnvVar[] {
  const literals = Object.entries(settings.env)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, value]) => ({ name, value }));
  const ours = environments.of(settings.memoryLimit, () => ownEnv(settings));
  return literals.length === 0 ? ours : [...literals, ...ours];
}

const environments = new SharedParts<k8s.EnvVar[]>();

function ownEnv(settings: CellSettings): k8s.EnvVar[] {
  const ours: Record<string, string> = {
    HOME: '/home/node',
    // With the smaller young generation below: a tenth less when idle and a sixth less at the peak, at the same speed.
    MALLOC_ARENA_MAX: '2',
    NODE_ENV: 'production',
    // Node would answer SIGUSR1 with a debugger for whoever asks it from inside the pod.
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes(settings.memoryLimit)} --max-semi-space-size=8 --disable-sigusr1`,
    OPENCLAW_CONFIG_PATH: configPath,
    OPENCLAW_CONFIG_READONLY: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_SERVICE_REPAIR_POLICY: 'external',
    OPENCLAW_STATE_DIR: stateDirectory,
    OPENCLAW_SUPERVISOR_MODE: 'external',
    XDG_CACHE_HOME: `${stateDirectory}/cache`,
  };
  return Object.entries(ours).map(([name, value]) => sharedPart({ name, value }));
}

/** Half of the limit, and at least the 384 MB below which a gateway with channels ran out of heap. */
function heapMegabytes(memoryLimit: string): number {
  return Math.max(384, Math.floor(bytesOf(memoryLimit) / 2 ** 20 / 2));
}

/** What the gateway reads from Secrets: its own token and the tenant's credentials. */
export function secretVariables({
  settings,
  token,
}: Pick<GatewayContainerProps, 'settings' | 'token'>): SecretVariable[] {
  const { name, key } = token;
  return [{ variable: 'OPENCLAW_GATEWAY_TOKEN', secret: { name, key } }, ...credentialVariables(settings.credentials)];
}

function probe(path: string, timing: Partial<k8s.Probe>): k8s.Probe {
  return sharedPart({ httpGet: { path, port: k8s.IntOrString.fromString('gateway'), scheme: 'HTTP' }, ...timing });
}
