/** The OPA sidecar: the one that decides. */
import { k8s } from 'cdk8s-plus-28';
import { SharedParts } from '../plain.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { containerSecurity } from './security.ts';
import { opaResources } from './sizes.ts';
import { capabilitiesKey, mounts } from './volumes.ts';

/** Port of OPA's diagnostic listener (`/health`, `/metrics`); the decision port stays on loopback. */
export const opaDiagnosticPort = 8282;
/** Port of OPA's decision API, on 127.0.0.1 only. */
export const opaPort = 8181;

/** Largest question; a tool call with larger parameters is refused, and denied by the guard. */
const maxQuestionBytes = 2 ** 20;

/** Where policy modules and data are mounted. Not under `/opa`: images with the binary there refuse a mount below it. */
export const policyDirectory = '/policies';

/**
 * OPA as a native sidecar (KEP-753): it starts before the gateway, stops after it, and is restarted alone.
 * No `--watch`: a bad edit would keep the old policy without any sign; a new policy is a new pod.
 */
export function opaContainer({ opaImage, pullPolicy }: CellSettings): k8s.Container {
  return sidecars.of(JSON.stringify([opaImage, pullPolicy]), () => sidecar(opaImage, pullPolicy));
}

const sidecars = new SharedParts<k8s.Container>();

function sidecar(image: string, imagePullPolicy: string): k8s.Container {
  return {
    name: 'opa',
    image,
    imagePullPolicy,
    restartPolicy: 'Always',
    args: [
      'run',
      '--server',
      `--addr=127.0.0.1:${opaPort}`,
      `--diagnostic-addr=0.0.0.0:${opaDiagnosticPort}`,
      '--authentication=token',
      '--authorization=basic',
      '--skip-version-check',
      '--optimize-store-for-read-speed',
      '--log-format=json',
      // One line a decision, which has its own logger; `info` would add two lines for each request, probes included.
      '--log-level=error',
      '--set=decision_logs.console=true',
      `--set=server.decoding.max_length=${maxQuestionBytes}`,
      '--set=default_decision=/cellwright/decision',
      '--shutdown-grace-period=10',
      '--ignore=.*',
      policyDirectory,
      mounts.runtimeOpaData.mountPath,
    ],
    // Go reads the limit as a soft target, so that the heap is collected before the kernel steps in.
    env: [{ name: 'GOMEMLIMIT', value: '200MiB' }],
    ports: [{ name: 'opa-diagnostic', containerPort: opaDiagnosticPort, protocol: 'TCP' }],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    startupProbe: health('/health', 60),
    readinessProbe: health('/health', 3),
    resources: opaResources(),
    securityContext: containerSecurity,
    volumeMounts: [mounts.policy, mounts.runtimeOpaData],
  };
}

function health(path: string, failureThreshold: number): k8s.Probe {
  return {
    httpGet: { path, port: k8s.IntOrString.fromNumber(opaDiagnosticPort), scheme: 'HTTP' },
    periodSeconds: 2,
    timeoutSeconds: 2,
    failureThreshold,
  };
}

/** `opa check --strict` over what the sidecar will load, without the built-ins that reach out; `opa run` cannot take a list of them. */
export function policyCheck(settings: CellSettings): k8s.Container {
  return {
    name: 'policy-check',
    image: settings.opaImage,
    imagePullPolicy: settings.pullPolicy,
    args: [
      'check',
      '--strict',
      `--capabilities=${mounts.capabilities.mountPath}/${capabilitiesKey}`,
      '--ignore=.*',
      policyDirectory,
    ],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    resources: opaResources(),
    securityContext: containerSecurity,
    volumeMounts: [mounts.policy, mounts.capabilities],
  };
}
