/** The runner's container: its command, probes, resources and confinement. */
import { k8s } from 'cdk8s-plus-28';
import { containerSecurity } from '../cell/workload/security.ts';
import type { PlatformSettings } from './settings.ts';

/** Port of `/livez`, `/readyz` and `/metrics`. */
export const healthPort = 8080;

/** Port of the reviews that the API server sends. */
export const admissionPort = 8443;

/**
 * Arguments of the command `cellwright`, which is the image's entry point. The cluster is that of the pod, and the Lease lies
 * in its namespace.
 */
export function runnerArguments({ namespace }: Pick<PlatformSettings, 'namespace'>): string[] {
  return [
    'runner',
    `--health-address=:${healthPort}`,
    `--admission-address=:${admissionPort}`,
    `--namespace=${namespace}`,
  ];
}

/** Where Rego lies while opa reads it: a few files of at most 256 KiB. The root is read-only. */
export const scratchVolume: k8s.Volume = { name: 'scratch', emptyDir: { sizeLimit: k8s.Quantity.fromString('16Mi') } };

/** See above. */
export function runnerContainer(settings: PlatformSettings): k8s.Container {
  const { image, resources } = settings;
  return {
    name: 'runner',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: runnerArguments(settings),
    ports: [
      { name: 'health', containerPort: healthPort, protocol: 'TCP' },
      { name: 'admission', containerPort: admissionPort, protocol: 'TCP' },
    ],
    resources: {
      requests: { cpu: k8s.Quantity.fromString(resources.cpu), memory: k8s.Quantity.fromString(resources.memory) },
      limits: { memory: k8s.Quantity.fromString(resources.memoryLimit) },
    },
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 5 },
    securityContext: containerSecurity,
    volumeMounts: [{ name: scratchVolume.name, mountPath: '/tmp' }],
  };
}

function probe(path: string): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString('health'), scheme: 'HTTP' } };
}
